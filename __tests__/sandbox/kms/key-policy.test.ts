import { describe, expect, test } from '@jest/globals'
import { decide } from '../../../src/sandbox/kms/key-policy.ts'

const ACCOUNT = '111122223333'
const ROOT = `arn:aws:iam::${ACCOUNT}:root`

const statement = (change: object) => ({ Effect: 'Allow', Principal: { AWS: ROOT }, Action: 'kms:Decrypt', ...change })
const decision = (...statements: object[]) => decide(JSON.stringify({ Statement: statements }), ACCOUNT, 'kms:Decrypt')

// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
describe('a key policy allows another account an action', () => {
  test.each([
    ['by its root principal', {}],
    ['by its number', { Principal: { AWS: ACCOUNT } }],
    ['by one of its roles', { Principal: { AWS: [`arn:aws:iam::${ACCOUNT}:role/build`] } }],
    ['where it allows everybody', { Principal: '*' }],
    ['among other actions', { Action: ['kms:Encrypt', 'kms:Decrypt'] }],
    ['by a wildcard', { Action: 'kms:*' }],
    ['in any case of its name', { Action: 'KMS:decrypt' }],
    ['by a condition on its account', { Condition: { StringEquals: { 'kms:CallerAccount': ACCOUNT } } }],
    ['by a pattern of its account', { Condition: { StringLike: { 'aws:PrincipalAccount': ['1111*'] } } }],
    [
      'where a condition asks for what EBS brings with it',
      { Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } }
    ]
  ])('%s', (_, change) => {
    expect(decision(statement(change))).toBe('Allow')
  })
})

describe('a key policy does not allow another account an action', () => {
  test.each([
    ['by other actions', { Action: ['kms:Encrypt', 'kms:Describe*'] }],
    ['by other principals', { Principal: { AWS: 'arn:aws:iam::444455556666:root' } }],
    ['by services', { Principal: { Service: 'ec2.amazonaws.com' } }],
    ['by conditions on another account', { Condition: { StringEquals: { 'kms:CallerAccount': '444455556666' } } }],
    ['by conditions against its account', { Condition: { StringNotEquals: { 'kms:CallerAccount': ACCOUNT } } }],
    ['where it says nothing', { Action: undefined }]
  ])('%s', (_, change) => {
    expect(decision(statement(change))).toBeUndefined()
  })

  test('where another statement denies it, unless on a condition that is not met', () => {
    const denied = statement({ Effect: 'Deny', Action: 'kms:*' })
    expect(decision(statement({}), denied)).toBe('Deny')
    const elsewhere = { StringEquals: { 'kms:CallerAccount': '444455556666' } }
    expect(decision(statement({}), { ...denied, Condition: elsewhere })).toBe('Allow')
  })

  test.each(['', '{', '{}', '{"Statement":[null,1]}', '[]'])('by %j, which is none', policy => {
    expect(decide(policy, ACCOUNT, 'kms:Decrypt')).toBeUndefined()
  })
})
