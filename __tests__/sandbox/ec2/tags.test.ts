import {
  CreateImageCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DeleteTagsCommand,
  type DeleteTagsRequest,
  DescribeInstancesCommand,
  DescribeTagsCommand,
  type DescribeTagsRequest,
  DescribeVolumesCommand,
  RunInstancesCommand,
  type Tag
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { advance, changeAccount, serve, served, useClients } from '../../support/sandbox.ts'
import { IMAGES, seeder } from './fixture.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
const clients = useClients(sandbox)

async function volume(Tags: Tag[] = []): Promise<string> {
  const request = {
    AvailabilityZone: 'us-east-1a',
    Size: 1,
    TagSpecifications: [{ ResourceType: 'volume' as const, Tags }]
  }
  const { VolumeId = '' } = await clients.ec2.send(new CreateVolumeCommand(request))
  return VolumeId
}

const create = (Resources: string[], tags: Record<string, string>, change = {}) =>
  clients.ec2.send(
    new CreateTagsCommand({ Resources, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })), ...change })
  )

async function tagsOf(id: string): Promise<Record<string, string>> {
  const { Volumes: [volume] = [] } = await clients.ec2.send(new DescribeVolumesCommand({ VolumeIds: [id] }))
  return Object.fromEntries((volume?.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]))
}

async function found(request: DescribeTagsRequest): Promise<string[]> {
  const { Tags = [] } = await clients.ec2.send(new DescribeTagsCommand(request))
  return Tags.map(({ ResourceType, Key, Value }) => `${ResourceType} ${Key}=${Value}`)
}

describe('CreateTags', () => {
  test('adds tags to several resources, and replaces values of the same key', async () => {
    const ids = [await volume([{ Key: 'a', Value: '1' }]), await volume()]
    await create(ids, { a: '2', 'ami-action:run': 'é<&>"' })
    for (const id of ids) expect(await tagsOf(id)).toEqual({ a: '2', 'ami-action:run': 'é<&>"' })
  })

  test('every kind of resource that a launch and an image make', async () => {
    const launch = { ImageId: IMAGES.linux, InstanceType: 't3.micro' as const, MinCount: 1, MaxCount: 1 }
    const { Instances: [launched] = [] } = await clients.ec2.send(new RunInstancesCommand(launch))
    await advance(sandbox, 0)
    const { InstanceId = '', VpcId = '', SubnetId = '', NetworkInterfaces = [], SecurityGroups = [] } = launched ?? {}
    const { ImageId = '' } = await clients.ec2.send(new CreateImageCommand({ InstanceId, Name: 'tagged' }))
    const { Reservations } = await clients.ec2.send(new DescribeInstancesCommand({ InstanceIds: [InstanceId] }))
    const volumeId = Reservations?.[0]?.Instances?.[0]?.BlockDeviceMappings?.[0]?.Ebs?.VolumeId ?? ''
    const interfaceId = NetworkInterfaces[0]?.NetworkInterfaceId ?? ''
    await create([InstanceId, VpcId, SubnetId, SecurityGroups[0]?.GroupId ?? '', ImageId, volumeId, interfaceId], {
      a: '1'
    })
    expect(new Set(await found({}))).toEqual(
      new Set([
        'image a=1',
        'instance a=1',
        'network-interface a=1',
        'security-group a=1',
        'subnet a=1',
        'volume a=1',
        'vpc a=1'
      ])
    )
  })

  test('one bad id fails all, before any effect', async () => {
    const id = await volume()
    const asked = create([id, 'vol-0123456789abcdef0'], { a: '1' })
    await expect(asked).rejects.toMatchObject({ name: 'InvalidVolume.NotFound' })
    expect(await tagsOf(id)).toEqual({})
  })

  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`key-${i}`, '']))
  test.each([
    ['a key of 129 characters', { ['k'.repeat(129)]: '' }, 'InvalidParameterValue'],
    ['a value of 257 characters', { a: 'v'.repeat(257) }, 'InvalidParameterValue'],
    ['an empty key', { '': 'a' }, 'InvalidParameterValue'],
    ['a reserved key', { 'aws:a': 'a' }, 'InvalidParameterValue'],
    ['50 tags beside one that there is', many(50), 'TagLimitExceeded'],
    ['no tags', {}, 'MissingParameter']
  ])('refuses %s', async (_, tags, name) => {
    const id = await volume([{ Key: 'kept', Value: '1' }])
    await expect(create([id], tags)).rejects.toMatchObject({ name })
    expect(await tagsOf(id)).toEqual({ kept: '1' })
  })

  test('takes 50 tags, a key of 128 and a value of 256 characters', async () => {
    const id = await volume()
    await create([id], { ...many(49), ['k'.repeat(128)]: 'v'.repeat(256) })
    expect(Object.keys(await tagsOf(id))).toHaveLength(50)
  })

  test.each([
    ['no id', [], 'MissingParameter'],
    ['an id of no kind', ['abc-1'], 'InvalidID'],
    ['an id of Object', ['constructor-1'], 'InvalidID'],
    ['a malformed image id', ['ami-1'], 'InvalidAMIID.Malformed'],
    ['an unknown image', ['ami-0123456789abcdef0'], 'InvalidAMIID.NotFound'],
    ['an unknown snapshot', ['snap-0123456789abcdef0'], 'InvalidSnapshot.NotFound'],
    ["someone else's image", [IMAGES.linux], 'InvalidAMIID.NotFound']
  ])('refuses %s', async (_, ids, name) => {
    await expect(create(ids, { a: '1' })).rejects.toMatchObject({ name })
  })

  test('a dry run tags nothing', async () => {
    const id = await volume()
    await expect(create([id], { a: '1' }, { DryRun: true })).rejects.toMatchObject({ name: 'DryRunOperation' })
    expect(await tagsOf(id)).toEqual({})
  })
})

describe('DeleteTags', () => {
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html (Tag.N)
  test.each([
    ['a key: whatever its value', [{ Key: 'a' }], { b: '' }],
    ['a key and its value', [{ Key: 'a', Value: '1' }], { b: '' }],
    ['a key and another value: nothing', [{ Key: 'a', Value: '2' }], { a: '1', b: '' }],
    [
      'a key and the empty value',
      [
        { Key: 'b', Value: '' },
        { Key: 'a', Value: '' }
      ],
      { a: '1' }
    ],
    ['a key that it lacks: nothing', [{ Key: 'c' }], { a: '1', b: '' }],
    ['without tags: all', undefined, {}]
  ] as [string, Tag[] | undefined, Record<string, string>][])('%s', async (_, Tags, left) => {
    const id = await volume([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '' }
    ])
    await clients.ec2.send(new DeleteTagsCommand({ Resources: [id], ...(Tags && { Tags }) }))
    expect(await tagsOf(id)).toEqual(left)
  })

  test.each([
    ['an unknown id', { Resources: ['vol-0123456789abcdef0'] }, 'InvalidVolume.NotFound'],
    ['a dry run', { DryRun: true }, 'DryRunOperation']
  ] as [string, Partial<DeleteTagsRequest>, string][])('refuses %s', async (_, change, name) => {
    const id = await volume([{ Key: 'a', Value: '1' }])
    const asked = clients.ec2.send(new DeleteTagsCommand({ Resources: [id], ...change }))
    await expect(asked).rejects.toMatchObject({ name })
    expect(await tagsOf(id)).toEqual({ a: '1' })
  })
})

describe('DescribeTags', () => {
  test.each([
    ['key', ['a*'], ['volume a=1', 'volume ab=2']],
    ['value', ['2'], ['volume ab=2']],
    ['resource-type', ['volume'], ['volume a=1', 'volume ab=2', 'volume b=1']],
    ['resource-type', ['image'], []],
    ['tag:a', ['1'], ['volume a=1']]
  ])('filters by %s = %j', async (Name, Values, expected) => {
    await volume([
      { Key: 'a', Value: '1' },
      { Key: 'ab', Value: '2' }
    ])
    await volume([{ Key: 'b', Value: '1' }])
    expect(await found({ Filters: [{ Name, Values }] })).toEqual(expected)
  })

  test('of the own account only', async () => {
    await volume([{ Key: 'a', Value: '1' }])
    changeAccount(sandbox, clients)
    expect(await found({})).toEqual([])
  })

  test('pages', async () => {
    await volume(Array.from({ length: 7 }, (_, i) => ({ Key: `key-${i}`, Value: '' })))
    const first = await clients.ec2.send(new DescribeTagsCommand({ MaxResults: 5 }))
    expect(first.Tags).toHaveLength(5)
    expect(await found({ MaxResults: 5, NextToken: first.NextToken })).toEqual(['volume key-5=', 'volume key-6='])
  })
})
