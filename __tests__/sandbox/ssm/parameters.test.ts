import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  type PutParameterRequest,
  RemoveTagsFromResourceCommand,
  type SSMClient
} from '@aws-sdk/client-ssm'
import { describe, expect, test } from '@jest/globals'
import { seeder } from '../../../src/sandbox/seed/seeder.ts'
import { HandGuests } from '../../support/hand-guests.ts'
import { clientsFor, serve, served } from '../../support/sandbox.ts'

const AMI = 'ami-0123456789abcdef0'
const TAG = { Key: 'family', Value: 'web' }
const AL2023 = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))

const put = (ssm: SSMClient, Name: string, Value: string, change: Partial<PutParameterRequest> = {}) =>
  ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', ...change }))
const get = async (ssm: SSMClient, Name: string, WithDecryption?: boolean) =>
  (await ssm.send(new GetParameterCommand({ Name, WithDecryption }))).Parameter

describe('PutParameter', () => {
  test('makes version 1, and with Overwrite the next one; earlier versions are kept', async () => {
    const { ssm, account } = clientsFor(sandbox.url)
    expect(await put(ssm, '/golden/web', AMI)).toMatchObject({ Version: 1, Tier: 'Standard' })
    expect(await put(ssm, '/golden/web', 'ami-11111111', { Overwrite: true })).toMatchObject({ Version: 2 })
    expect(await get(ssm, '/golden/web')).toMatchObject({
      Name: '/golden/web',
      Type: 'String',
      Value: 'ami-11111111',
      Version: 2,
      DataType: 'text',
      ARN: `arn:aws:ssm:us-east-1:${account}:parameter/golden/web`
    })
    expect(await get(ssm, '/golden/web:1')).toMatchObject({ Value: AMI, Version: 1, Selector: ':1' })
  })

  test('keeps the type and the data type of a parameter that it overwrites', async () => {
    const { ssm } = clientsFor(sandbox.url)
    await put(ssm, '/golden/web', '{}', { DataType: 'aws:ssm:integration' })
    await put(ssm, '/golden/web', '{"a":1}', { Type: undefined, Overwrite: true })
    expect(await get(ssm, '/golden/web')).toMatchObject({ Type: 'String', DataType: 'aws:ssm:integration' })
  })

  const refused: [what: string, name: string, value: string, change: Partial<PutParameterRequest>, code: string][] = [
    ['a parameter that exists, without Overwrite', '/taken', 'x', {}, 'ParameterAlreadyExists'],
    ['another type', '/taken', 'x', { Overwrite: true, Type: 'StringList' }, 'HierarchyTypeMismatchException'],
    ['tags together with Overwrite', '/taken', 'x', { Overwrite: true, Tags: [TAG] }, 'ValidationException'],
    ['a new parameter without a type', '/new', 'x', { Type: undefined }, 'ValidationException'],
    ['an empty value', '/new', '', {}, 'ValidationException'],
    ['more than 4096 characters', '/new', 'x'.repeat(4097), {}, 'ValidationException'],
    ['more than 8192 in the advanced tier', '/new', 'x'.repeat(8193), { Tier: 'Advanced' }, 'ValidationException'],
    ['an image in a list', '/new', AMI, { DataType: 'aws:ec2:image', Type: 'StringList' }, 'ValidationException'],
    ['a type that there is not', '/new', 'x', { Type: 'Number' as 'String' }, 'ValidationException'],
    ['a tier that there is not', '/new', 'x', { Tier: 'Premium' as 'Standard' }, 'ValidationException'],
    ['a value that names another parameter', '/new', '{{ssm:/taken}}', {}, 'ValidationException'],
    ['a name of more than 1011 characters', `/${'a'.repeat(1011)}`, 'x', {}, 'ValidationException'],
    ['a tag of AWS’s own', '/new', 'x', { Tags: [{ Key: 'aws:x', Value: '' }] }, 'ValidationException'],
    ['an unknown data type', '/new', 'x', { DataType: 'aws:ec2:subnet' }, 'ValidationException'],
    ['a value beside its pattern', '/new', 'x', { AllowedPattern: '^\\d+$' }, 'ParameterPatternMismatchException'],
    ['a pattern that is none', '/new', 'x', { AllowedPattern: '(' }, 'InvalidAllowedPatternException'],
    ['a name of AWS', '/aws/new', 'x', {}, 'AccessDeniedException'],
    ['a name of SSM', '/ssm/new', 'x', {}, 'ValidationException'],
    ['a path that is not from the root', 'golden/web', 'x', {}, 'ValidationException'],
    ['a name with a space', '/a b', 'x', {}, 'ValidationException'],
    ['more than 15 levels', '/a'.repeat(16), 'x', {}, 'HierarchyLevelLimitExceededException'],
    ['a key that does not exist', '/new', 'x', { Type: 'SecureString', KeyId: 'alias/none' }, 'InvalidKeyId']
  ]
  test.each(refused)('refuses %s', async (_, name, value, change, code) => {
    const { ssm } = clientsFor(sandbox.url)
    await put(ssm, '/taken', 'x')
    await expect(put(ssm, name, value, change)).rejects.toMatchObject({ name: code })
    await expect(get(ssm, '/new')).rejects.toMatchObject({ name: 'ParameterNotFound' })
    expect(await get(ssm, '/taken')).toMatchObject({ Version: 1 })
  })
})

describe('a SecureString', () => {
  test('is answered encrypted unless WithDecryption is asked for', async () => {
    const { ssm } = clientsFor(sandbox.url)
    await put(ssm, 'password', 'hunter2', { Type: 'SecureString' })
    expect((await get(ssm, 'password'))?.Value).not.toContain('hunter2')
    expect(await get(ssm, 'password', true)).toMatchObject({ Type: 'SecureString', Value: 'hunter2' })
  })
})

describe('GetParameter', () => {
  test('finds the public parameters of AWS, whose ARN has no account', async () => {
    const { ssm } = clientsFor(sandbox.url)
    expect(await get(ssm, AL2023)).toMatchObject({
      Value: expect.stringMatching(/^ami-[0-9a-f]{17}$/),
      ARN: `arn:aws:ssm:us-east-1::parameter${AL2023}`
    })
  })

  test.each([
    ['a path', '/golden/web'],
    ['a plain name', 'golden']
  ])('finds a parameter by the ARN of %s', async (_, name) => {
    const { ssm } = clientsFor(sandbox.url)
    await put(ssm, name, 'x')
    const { ARN = '' } = (await get(ssm, name)) ?? {}
    expect(await get(ssm, ARN)).toMatchObject({ Name: name })
    expect(await get(ssm, `${ARN}:1`)).toMatchObject({ Name: name, Selector: ':1' })
  })

  test('does not find what belongs to another account or region, or is not there', async () => {
    const { ssm, account } = clientsFor(sandbox.url)
    await put(ssm, '/golden/web', AMI)
    const elsewhere = [clientsFor(sandbox.url), clientsFor(sandbox.url, account, 'eu-west-1')]
    const { ARN = '' } = (await get(ssm, '/golden/web')) ?? {}
    for (const other of elsewhere) {
      await put(other.ssm, '/golden/db', AMI)
      await expect(get(other.ssm, '/golden/web')).rejects.toMatchObject({ name: 'ParameterNotFound' })
      await expect(get(other.ssm, ARN.replace('web', 'db'))).rejects.toMatchObject({ name: 'ParameterNotFound' })
    }
    await expect(get(ssm, '/golden/web:2')).rejects.toMatchObject({
      name: 'ParameterVersionNotFound',
      message: 'Systems Manager could not find version 2 of /golden/web. Verify the version and try again.'
    })
  })
})

describe('GetParameters', () => {
  test('answers what there is, and names what there is not', async () => {
    const { ssm } = clientsFor(sandbox.url)
    await put(ssm, '/golden/web', AMI)
    const answer = await ssm.send(new GetParametersCommand({ Names: ['/golden/web', '/golden/db', AL2023] }))
    expect(answer.Parameters?.map(({ Name }) => Name)).toEqual(['/golden/web', AL2023])
    expect(answer.InvalidParameters).toEqual(['/golden/db'])
    const Names = ['/golden/web:1', '/golden/web:9', '/golden/web:live']
    expect((await ssm.send(new GetParametersCommand({ Names }))).InvalidParameters).toEqual(Names.slice(1))
  })

  test('takes ten names at the most', async () => {
    const Names = Array.from({ length: 11 }, (_, i) => `p${i}`)
    const request = clientsFor(sandbox.url).ssm.send(new GetParametersCommand({ Names }))
    await expect(request).rejects.toMatchObject({ name: 'ValidationException' })
  })
})

describe('GetParametersByPath', () => {
  const names = ['/golden/db', '/golden/web', '/golden/web/canary', '/goldenrod']

  test.each([
    ['one level', '/golden', false, ['/golden/db', '/golden/web']],
    ['one level, with a slash at the end', '/golden/', false, ['/golden/db', '/golden/web']],
    ['all levels below', '/golden', true, ['/golden/db', '/golden/web', '/golden/web/canary']]
  ])('answers %s', async (_, Path, Recursive, expected) => {
    const { ssm } = clientsFor(sandbox.url)
    for (const name of names) await put(ssm, name, 'x')
    const { Parameters } = await ssm.send(new GetParametersByPathCommand({ Path, Recursive }))
    expect(Parameters?.map(({ Name }) => Name)).toEqual(expected)
  })

  test('has pages of ten', async () => {
    const { ssm } = clientsFor(sandbox.url)
    for (let i = 10; i < 22; i++) await put(ssm, `/many/${i}`, 'x')
    const first = await ssm.send(new GetParametersByPathCommand({ Path: '/many' }))
    const second = await ssm.send(new GetParametersByPathCommand({ Path: '/many', NextToken: first.NextToken }))
    expect([first.Parameters?.length, second.Parameters?.length, second.NextToken]).toEqual([10, 2, undefined])
  })

  test('knows the public parameters of AWS', async () => {
    const request = new GetParametersByPathCommand({ Path: '/aws/service/debian', Recursive: true })
    const { Parameters } = await clientsFor(sandbox.url).ssm.send(request)
    expect(Parameters?.map(({ Name }) => Name)).toEqual([
      '/aws/service/debian/release/12/latest/amd64',
      '/aws/service/debian/release/12/latest/arm64'
    ])
  })

  test.each([
    ['a path without its slash', { Path: 'golden' }, 'ValidationException'],
    ['pages of more than ten', { Path: '/golden', MaxResults: 11 }, 'ValidationException'],
    ['a token of nobody', { Path: '/golden', NextToken: 'x' }, 'InvalidNextToken']
  ])('refuses %s', async (_, input, name) => {
    const request = clientsFor(sandbox.url).ssm.send(new GetParametersByPathCommand(input))
    await expect(request).rejects.toMatchObject({ name })
  })
})

describe('DescribeParameters', () => {
  test('answers what is said about parameters, without their values', async () => {
    const { ssm, account } = clientsFor(sandbox.url)
    await put(ssm, '/golden/web', AMI, { Description: 'the newest' })
    await put(ssm, 'password', 'hunter2', { Type: 'SecureString' })
    const { Parameters } = await ssm.send(new DescribeParametersCommand({}))
    expect(Parameters).toMatchObject([
      {
        Name: '/golden/web',
        Description: 'the newest',
        LastModifiedUser: `arn:aws:iam::${account}:user/sandbox`,
        Version: 1
      },
      { Name: 'password', KeyId: 'alias/aws/ssm' }
    ])
    expect(JSON.stringify(Parameters)).not.toContain('hunter2')
  })

  /** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html */
  test.each([
    ['Name, BeginsWith', { Key: 'Name', Option: 'BeginsWith', Values: ['/golden/'] }, ['/golden/web']],
    ['Name, Equals by default', { Key: 'Name', Values: ['plain'] }, ['plain']],
    ['Name, Contains', { Key: 'Name', Option: 'Contains', Values: ['old'] }, ['/golden/web']],
    ['Type', { Key: 'Type', Values: ['StringList'] }, ['plain']],
    ['Type, BeginsWith', { Key: 'Type', Option: 'BeginsWith', Values: ['String'] }, ['/golden/web', 'plain']],
    ['DataType', { Key: 'DataType', Values: ['aws:ssm:integration'] }, []],
    ['Tier', { Key: 'Tier', Values: ['Advanced'] }, ['plain']],
    ['a tag', { Key: 'tag:family', Values: ['web'] }, ['plain']],
    ['a tag, whatever its value', { Key: 'tag:family' }, ['plain']],
    ['Path, OneLevel by default', { Key: 'Path', Values: ['/golden'] }, ['/golden/web']],
    ['Path, Recursive', { Key: 'Path', Option: 'Recursive', Values: ['/golden'] }, ['/golden/web']]
  ])('filters by %s', async (_, filter, expected) => {
    const { ssm } = clientsFor(sandbox.url)
    await put(ssm, '/golden/web', AMI)
    await put(ssm, 'plain', 'a,b', { Type: 'StringList', Tier: 'Advanced', Tags: [TAG] })
    const { Parameters } = await ssm.send(new DescribeParametersCommand({ ParameterFilters: [filter] }))
    expect(Parameters?.map(({ Name }) => Name)).toEqual(expected)
  })

  test.each([
    ['a key that there is not', { Key: 'Colour', Values: ['red'] }, 'InvalidFilterKey'],
    ['a label, which is for GetParametersByPath', { Key: 'Label', Values: ['live'] }, 'InvalidFilterKey'],
    ['an option that the key has not', { Key: 'Type', Option: 'Contains', Values: ['S'] }, 'InvalidFilterOption'],
    ['a path that begins so', { Key: 'Path', Option: 'BeginsWith', Values: ['/a'] }, 'InvalidFilterOption'],
    ['no value', { Key: 'Name' }, 'InvalidFilterValue']
  ])('refuses a filter by %s', async (_, filter, name) => {
    const request = new DescribeParametersCommand({ ParameterFilters: [filter] })
    await expect(clientsFor(sandbox.url).ssm.send(request)).rejects.toMatchObject({ name })
  })
})

describe('deleting', () => {
  test('one parameter that is not there is an error', async () => {
    const { ssm } = clientsFor(sandbox.url)
    await put(ssm, '/golden/web', AMI)
    await ssm.send(new DeleteParameterCommand({ Name: '/golden/web' }))
    const again = ssm.send(new DeleteParameterCommand({ Name: '/golden/web' }))
    await expect(again).rejects.toMatchObject({ name: 'ParameterNotFound' })
  })

  test('several: those that are not there are named; those of AWS are not there to delete', async () => {
    const { ssm } = clientsFor(sandbox.url)
    await put(ssm, '/golden/web', AMI)
    expect(await ssm.send(new DeleteParametersCommand({ Names: ['/golden/web', AL2023] }))).toMatchObject({
      DeletedParameters: ['/golden/web'],
      InvalidParameters: [AL2023]
    })
    expect(await get(ssm, AL2023)).toBeDefined()
  })
})

describe('tags of a parameter', () => {
  test('are given at its creation and later, and outlive an overwrite', async () => {
    const { ssm } = clientsFor(sandbox.url)
    const parameter = { ResourceType: 'Parameter', ResourceId: '/golden/web' } as const
    await put(ssm, '/golden/web', AMI, { Tags: [TAG] })
    await ssm.send(new AddTagsToResourceCommand({ ...parameter, Tags: [{ Key: 'team', Value: 'web' }] }))
    await put(ssm, '/golden/web', AMI, { Overwrite: true })
    const { TagList } = await ssm.send(new ListTagsForResourceCommand(parameter))
    expect(TagList).toEqual([TAG, { Key: 'team', Value: 'web' }])
  })

  /** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RemoveTagsFromResource.html */
  test('are taken off by their keys', async () => {
    const { ssm } = clientsFor(sandbox.url)
    const parameter = { ResourceType: 'Parameter', ResourceId: '/golden/web' } as const
    await put(ssm, '/golden/web', AMI, { Tags: [TAG, { Key: 'team', Value: 'web' }] })
    await ssm.send(new RemoveTagsFromResourceCommand({ ...parameter, TagKeys: ['family', 'none'] }))
    const { TagList } = await ssm.send(new ListTagsForResourceCommand(parameter))
    expect(TagList).toEqual([{ Key: 'team', Value: 'web' }])
  })

  test('are fifty at the most', async () => {
    const { ssm } = clientsFor(sandbox.url)
    await put(ssm, '/golden/web', AMI, { Tags: [TAG] })
    const Tags = Array.from({ length: 50 }, (_, i) => ({ Key: `tag-${i}`, Value: '' }))
    const request = new AddTagsToResourceCommand({ ResourceType: 'Parameter', ResourceId: '/golden/web', Tags })
    await expect(ssm.send(request)).rejects.toMatchObject({ name: 'TooManyTagsError' })
  })

  test('need a parameter', async () => {
    const { ssm } = clientsFor(sandbox.url)
    const request = new AddTagsToResourceCommand({ ResourceType: 'Parameter', ResourceId: '/none', Tags: [TAG] })
    await expect(ssm.send(request)).rejects.toMatchObject({ name: 'InvalidResourceId' })
  })
})
