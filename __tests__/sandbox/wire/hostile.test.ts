import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { serve, served } from '../../support/sandbox.ts'
import { seeder } from '../ec2/fixture.ts'
import { type RawRequest, sendRaw } from './raw.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))

const describeImages = 'Action=DescribeImages&Version=2016-11-15'
const runInstances = 'Action=RunInstances&MinCount=1&MaxCount=1&ImageId=ami-00000000000000001'

describe('EC2 refuses in its own words', () => {
  test.each([
    [
      'a number that is none',
      `${describeImages}&MaxResults=abc`,
      'InvalidParameterValue',
      '(abc) for parameter MaxResults'
    ],
    ['a number without end', `${describeImages}&MaxResults=1e999`, 'InvalidParameterValue', '(1e999)'],
    ['a boolean in capitals', `${describeImages}&DryRun=TRUE`, 'InvalidParameterValue', '(TRUE) for parameter DryRun'],
    ['a value for a list', `${runInstances}&BlockDeviceMapping=zzz`, 'InvalidParameterValue', 'BlockDeviceMapping.1'],
    [
      'a value for a structure',
      `${runInstances}&Placement=here`,
      'InvalidParameterValue',
      '(here) for parameter Placement'
    ],
    ['a list for a value', `${runInstances}&KeyName.1=a`, 'UnknownParameter', 'KeyName.1'],
    ['an index of 0', `${describeImages}&ImageId.0=ami-1`, 'UnknownParameter', 'ImageId.0'],
    ['an index that is no number', `${describeImages}&ImageId.one=ami-1`, 'UnknownParameter', 'ImageId.one'],
    [
      'a time that is none',
      'Action=EnableImageDeprecation&ImageId=ami-1&DeprecateAt=soon',
      'InvalidParameterValue',
      '(soon)'
    ],
    [
      'bad base64',
      'Action=ImportKeyPair&KeyName=a&PublicKeyMaterial=%21%21',
      'InvalidParameterValue',
      '(!!) for parameter PublicKeyMaterial'
    ],
    ['an unknown parameter', `${describeImages}&Bogus=1`, 'UnknownParameter', 'The parameter Bogus is not recognized'],
    [
      'an unknown parameter below a known one',
      `${runInstances}&Placement.Bogus=1`,
      'UnknownParameter',
      'Placement.Bogus'
    ],
    ['an empty name', `${describeImages}&=1`, 'UnknownParameter', 'is not recognized'],
    ['__proto__', `${describeImages}&__proto__.polluted=1`, 'UnknownParameter', '__proto__'],
    ['constructor', `${describeImages}&constructor.prototype.polluted=1`, 'UnknownParameter', 'constructor'],
    [
      '__proto__ as a filter',
      `${describeImages}&Filter.1.Name=__proto__&Filter.1.Value.1=a`,
      'InvalidParameterValue',
      '__proto__'
    ],
    [
      'a parameter given twice',
      `${describeImages}&MaxResults=5&MaxResults=6`,
      'MalformedQueryString',
      'MaxResults was given twice'
    ],
    ['500,000 levels', `${describeImages}&${'a.'.repeat(500_000)}a=1`, 'MalformedQueryString', 'levels'],
    ['a missing parameter', 'Action=CopyImage&Name=a', 'MissingParameter', 'SourceImageId'],
    ['a missing action', 'Version=2016-11-15', 'MissingAction', 'Action'],
    ['an empty body', '', 'MissingAction', 'Action'],
    ['bytes that are no text', '\u0000\u0001%ff%fe=%80', 'MissingAction', 'Action'],
    ['an unknown action', 'Action=MakeCoffee', 'InvalidAction', 'MakeCoffee'],
    ['an action of Object', 'Action=constructor', 'InvalidAction', 'constructor'],
    ['an action that is XML', 'Action=%3C/Code%3E%26', 'InvalidAction', '&lt;/Code&gt;&amp;'],
    [
      'what the sandbox does not model',
      'Action=CreateTransitGateway',
      'UnsupportedOperation',
      'ec2:CreateTransitGateway'
    ]
  ])('%s', async (_, body, code, sentence) => {
    const answer = await sendRaw(sandbox.url, { service: 'ec2', body }, 'ec2')
    expect(answer).toMatchObject({ status: 400, code })
    expect(answer.message).toContain(sentence)
    expect(answer.message.length).toBeLessThan(400)
  })

  test('a body of more than 2 MiB', async () => {
    const body = `${describeImages}&ImageId.1=${'a'.repeat(4 * 1024 * 1024)}`
    const answer = await sendRaw(sandbox.url, { service: 'ec2', body }, 'ec2')
    expect(answer).toMatchObject({ status: 413, code: 'RequestEntityTooLarge' })
  })

  test('100,000 ids, naming them as briefly as any other', async () => {
    const body = describeImages + Array.from({ length: 100_000 }, (_, i) => `&ImageId.${i + 1}=x`).join('')
    const answer = await sendRaw(sandbox.url, { service: 'ec2', body }, 'ec2')
    expect(answer).toMatchObject({ status: 400, code: 'InvalidAMIID.Malformed' })
  })
})

describe('EC2 takes', () => {
  test.each([
    ['a GET request', { method: 'GET', path: `/?${describeImages}` }],
    [
      'a presigned URL',
      {
        service: undefined,
        method: 'GET',
        path: `/?${describeImages}&X-Amz-Credential=111122223333/20300131/us-east-1/ec2/aws4_request&X-Amz-Signature=0`
      }
    ],
    ['list indexes with gaps', { body: `${describeImages}&Owner.7=self&Owner.20=amazon` }],
    ['the same parameter with the same value twice', { body: `${describeImages}&MaxResults=5&MaxResults=5` }],
    ['an empty list', { body: `${describeImages}&ImageId=` }]
  ] as [string, RawRequest][])('%s', async (_, request) => {
    const answer = await sendRaw(sandbox.url, { service: 'ec2', ...request }, 'ec2')
    expect(answer.body).toContain('<DescribeImagesResponse')
  })
})

describe('credentials are refused in the codes of the service', () => {
  const image = { body: describeImages }
  const caller = { body: 'Action=GetCallerIdentity&Version=2011-06-15' }
  const parameter = { target: 'AmazonSSM.GetParameter', body: '{"Name":"a"}' }
  test.each([
    ['unsigned', image, 'ec2', 403, 'MissingAuthenticationToken'],
    ['unsigned', caller, 'sts', 403, 'MissingAuthenticationToken'],
    ['unsigned', parameter, 'json', 400, 'MissingAuthenticationTokenException'],
    ['without scope', { ...image, credential: '' }, 'ec2', 401, 'AuthFailure'],
    [
      'of a scope that is cut off',
      { ...image, credential: '111122223333/20300131/us-east-1' },
      'ec2',
      401,
      'AuthFailure'
    ],
    ['of a scope that is cut off', { ...caller, credential: '111122223333//sts' }, 'sts', 400, 'IncompleteSignature'],
    ['of a scope that is cut off', { ...parameter, credential: '/ssm/' }, 'json', 400, 'IncompleteSignatureException'],
    ['for an unknown service', { ...image, service: 's3' }, 'ec2', 400, 'InvalidAction'],
    ['for a service of Object', { ...image, service: 'constructor' }, 'ec2', 400, 'InvalidAction'],
    ['for an unknown region', { ...image, service: 'ec2', region: 'eu-moon-1' }, 'ec2', 401, 'AuthFailure'],
    ['for a region of Object', { ...image, service: 'ec2', region: '__proto__' }, 'ec2', 401, 'AuthFailure'],
    ['for an unknown region', { ...caller, service: 'sts', region: 'eu-moon-1' }, 'sts', 403, 'SignatureDoesNotMatch'],
    [
      'for an unknown region',
      { ...parameter, service: 'ssm', region: 'eu-moon-1' },
      'json',
      400,
      'InvalidSignatureException'
    ],
    ['with an unknown key of STS', { ...image, service: 'ec2', account: 'ASIAUNKNOWN' }, 'ec2', 401, 'AuthFailure'],
    [
      'with an unknown key of STS',
      { ...caller, service: 'sts', account: 'ASIAUNKNOWN' },
      'sts',
      403,
      'InvalidClientTokenId'
    ],
    [
      'with an unknown key of STS',
      { ...parameter, service: 'ssm', account: 'ASIAUNKNOWN' },
      'json',
      400,
      'UnrecognizedClientException'
    ]
  ] as [string, RawRequest, 'ec2' | 'sts' | 'json', number, string][])(
    '%s: %j',
    async (_, request, format, status, code) => {
      expect(await sendRaw(sandbox.url, request, format)).toMatchObject({ status, code })
    }
  )

  test('a service that the sandbox lacks is named, and those that it has', async () => {
    const { message } = await sendRaw(sandbox.url, { ...image, service: 's3' }, 'ec2')
    expect(message).toBe('The sandbox has no service s3, only ec2, sts, autoscaling, ssm, kms, rbin')
  })
})

describe('STS refuses in its own format', () => {
  test.each([
    ['a missing action', '', 'MissingAction'],
    ['an unknown action', 'Action=MakeCoffee', 'InvalidAction'],
    ['a missing parameter', 'Action=AssumeRole&RoleArn=a', 'MissingParameter'],
    ['too many levels', `Action=AssumeRole&${'a.'.repeat(100)}a=1`, 'MalformedQueryString'],
    ['what the sandbox does not model', 'Action=GetFederationToken&Name=a', 'UnsupportedOperation']
  ])('%s', async (_, body, code) => {
    expect(await sendRaw(sandbox.url, { service: 'sts', body }, 'sts')).toMatchObject({ status: 400, code })
  })
})

describe('SSM and KMS refuse in JSON', () => {
  const getParameters = 'AmazonSSM.GetParameters'
  const putParameter = 'AmazonSSM.PutParameter'
  const send = (target: string | undefined, body: string) =>
    sendRaw(sandbox.url, { service: target?.startsWith('Trent') ? 'kms' : 'ssm', target, body }, 'json')

  test.each([
    ['what is not JSON', getParameters, '{"Names":', 'SerializationException', 'not JSON'],
    ['null', getParameters, 'null', 'SerializationException', 'The body must be an object'],
    ['a list', getParameters, '[]', 'SerializationException', 'The body must be an object'],
    [
      '100,000 levels',
      getParameters,
      `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
      'SerializationException',
      'The body'
    ],
    ['a string for a list', getParameters, '{"Names":"a"}', 'SerializationException', 'Names must be a list'],
    [
      'a number in a list of strings',
      getParameters,
      '{"Names":["a",1]}',
      'SerializationException',
      'Names.2.member must be a string'
    ],
    ['null in a list', getParameters, '{"Names":[null]}', 'SerializationException', 'Names.1.member must be a string'],
    [
      'a string for a boolean',
      getParameters,
      '{"Names":[],"WithDecryption":"true"}',
      'SerializationException',
      'WithDecryption must be a boolean'
    ],
    [
      'an object for a string',
      putParameter,
      '{"Name":{},"Value":"a"}',
      'SerializationException',
      'Name must be a string'
    ],
    [
      'a list for an object',
      'AmazonSSM.SendCommand',
      '{"DocumentName":"a","Parameters":[]}',
      'SerializationException',
      'Parameters must be an object'
    ],
    [
      'a number without end',
      'AmazonSSM.SendCommand',
      '{"DocumentName":"a","TimeoutSeconds":1e999}',
      'SerializationException',
      'TimeoutSeconds'
    ],
    ['bad base64', 'TrentService.Encrypt', '{"KeyId":"a","Plaintext":"!!"}', 'SerializationException', 'Plaintext'],
    [
      'unpadded base64',
      'TrentService.Encrypt',
      '{"KeyId":"a","Plaintext":"volume"}',
      'SerializationException',
      'Plaintext'
    ],
    [
      'a time that is text',
      'AmazonSSM.CreateActivation',
      '{"IamRole":"a","ExpirationDate":"soon"}',
      'SerializationException',
      'ExpirationDate'
    ],
    [
      'a time out of range',
      'AmazonSSM.CreateActivation',
      '{"IamRole":"a","ExpirationDate":1e300}',
      'SerializationException',
      'ExpirationDate'
    ],
    ['a missing member', putParameter, '{"Name":"a"}', 'ValidationException', "Value null at 'value'"],
    ['an empty body', putParameter, '', 'ValidationException', "Value null at 'name'"],
    [
      'filters within filters, 10,000 deep',
      'AmazonSSM.GetInventory',
      `{"Aggregators":${'[{"Aggregators":'.repeat(10_000)}[]${'}]'.repeat(10_000)}}`,
      'SerializationException',
      'nested too deep'
    ],
    ['an unknown operation', 'AmazonSSM.MakeCoffee', '{}', 'UnknownOperationException', 'MakeCoffee'],
    ['an operation of Object', 'AmazonSSM.__proto__', '{}', 'UnknownOperationException', '__proto__'],
    ['no operation', undefined, '{}', 'UnknownOperationException', 'not valid'],
    [
      'what the sandbox does not model',
      'TrentService.GenerateMac',
      '{"KeyId":"a","Message":"YQ==","MacAlgorithm":"a"}',
      'UnsupportedOperation',
      'kms:GenerateMac'
    ]
  ])('%s', async (_, target, body, code, sentence) => {
    const answer = await send(target, body)
    expect(answer).toMatchObject({ status: 400, code })
    expect(answer.message).toContain(sentence)
  })

  test('unknown members are ignored, as the services do', async () => {
    expect(await send(getParameters, '{"Names":["a"],"Bogus":1}')).toMatchObject({ status: 200 })
  })

  test('__proto__ is a member that nobody knows', async () => {
    const answer = await send(getParameters, '{"__proto__":{"Names":["a"]},"constructor":{"prototype":{"polluted":1}}}')
    expect(answer).toMatchObject({ status: 400, code: 'ValidationException' })
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })
})
