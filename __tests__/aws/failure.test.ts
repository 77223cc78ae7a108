import { describe, expect, test } from '@jest/globals'
import { describeFailure, serviceErrorName } from '../../src/aws/failure.ts'
import { AmiError, type ErrorCode } from '../../src/errors.ts'

const failure = (name: string, message = 'no') => Object.assign(new Error(message), { name })
const describeCall = (error: unknown) => describeFailure(error, 'ec2:RunInstances', 'eu-central-1')

const ALLOW = 'Allow the IAM action ec2:RunInstances for this role.'
const NOT_VALID = 'The credentials are not valid, or the region is not enabled in the account.'
const RENEW = 'The session ended during the run; role-to-assume renews it by itself.'

describe('what a service answers', () => {
  test.each<[string, ErrorCode, string | undefined]>([
    ['UnauthorizedOperation', 'PERMISSION', ALLOW],
    ['AccessDenied', 'PERMISSION', ALLOW],
    ['AccessDeniedException', 'PERMISSION', ALLOW],
    [
      'CredentialsProviderError',
      'CREDENTIALS',
      'Give role-to-assume (with permissions: id-token: write), or run aws-actions/configure-aws-credentials before this step.'
    ],
    ['AuthFailure', 'CREDENTIALS', NOT_VALID],
    ['InvalidSignatureException', 'CREDENTIALS', NOT_VALID],
    ['UnrecognizedClientException', 'CREDENTIALS', NOT_VALID],
    ['InvalidClientTokenId', 'CREDENTIALS', NOT_VALID],
    ['RequestExpired', 'CREDENTIALS', RENEW],
    ['ExpiredToken', 'CREDENTIALS', RENEW],
    ['ExpiredTokenException', 'CREDENTIALS', RENEW],
    ['InsufficientInstanceCapacity', 'CAPACITY', 'Name more instance types or subnets under builder in the recipe.'],
    ['InstanceLimitExceeded', 'QUOTA', undefined],
    ['VcpuLimitExceeded', 'QUOTA', undefined],
    ['ResourceLimitExceeded', 'QUOTA', undefined],
    ['InvalidAMIID.NotFound', 'EC2', undefined],
    ['constructor', 'EC2', undefined]
  ])('%s', (name, code, hint) => {
    const error = failure(name)
    const told = describeCall(error)
    expect({ code: told.code, hint: told.hint, message: told.message, cause: told.cause }).toEqual({
      code,
      hint,
      message: `ec2:RunInstances failed in eu-central-1: ${name}: no`,
      cause: error
    })
  })
})

test('the encoded details of a denial, which nobody can read, are left out', () => {
  const blob = 'Encoded authorization failure message: Zm9vYmFy\n'.repeat(50)
  const error = failure('UnauthorizedOperation', `You are not authorized to perform this operation. ${blob}`)
  expect(describeCall(error).message).toBe(
    'ec2:RunInstances failed in eu-central-1: UnauthorizedOperation: You are not authorized to perform this operation.'
  )
})

test('a failure of ours is told as it is', () => {
  const ours = new AmiError('CANCELLED', 'The job was cancelled')
  expect(describeCall(ours)).toBe(ours)
})

test('what is no error is told, too', () => {
  expect(describeCall('boom').message).toBe('ec2:RunInstances failed in eu-central-1: Error: boom')
})

describe('the service’s name of a failure', () => {
  test.each([
    ['as thrown by the SDK', failure('InvalidAMIName.Duplicate'), 'InvalidAMIName.Duplicate'],
    ['as told by us', describeCall(failure('InvalidAMIName.Duplicate')), 'InvalidAMIName.Duplicate'],
    ['none, for our own', new AmiError('TIMEOUT', 'Waited'), ''],
    ['none, for what is no error', 'boom', '']
  ])('%s', (_, error, name) => {
    expect(serviceErrorName(error)).toBe(name)
  })
})
