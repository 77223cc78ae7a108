import {
  CreateSnapshotCommand,
  type CreateSnapshotRequest,
  CreateVolumeCommand,
  type CreateVolumeRequest,
  DeleteSnapshotCommand,
  DeleteVolumeCommand,
  DeregisterImageCommand,
  DescribeSnapshotsCommand,
  type DescribeSnapshotsRequest,
  DescribeVolumesCommand,
  RegisterImageCommand,
  type Snapshot
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { advance, type Clients, clientsFor, serve, served, useClients } from '../../../support/sandbox.ts'
import { ROOT_SNAPSHOT, seeder } from '../fixture.ts'

const LONG_ENOUGH_SECONDS = 1200
const UNKNOWN = 'snap-0123456789abcdef0'

const guests = new HandGuests()
const sandbox = await served(serve({ guests, seeder, latencyFactor: 1 }))
const clients = useClients(sandbox)

async function volume(change: Partial<CreateVolumeRequest> = {}): Promise<string> {
  const request = { AvailabilityZone: 'us-east-1a', Size: 4, ...change }
  const { VolumeId = '' } = await clients.ec2.send(new CreateVolumeCommand(request))
  await advance(sandbox, LONG_ENOUGH_SECONDS)
  return VolumeId
}

async function snapshot(change: Partial<CreateSnapshotRequest> = {}): Promise<string> {
  const VolumeId = change.VolumeId ?? (await volume())
  const { SnapshotId = '' } = await clients.ec2.send(new CreateSnapshotCommand({ ...change, VolumeId }))
  return SnapshotId
}

async function completed(change: Partial<CreateSnapshotRequest> = {}): Promise<string> {
  const id = await snapshot(change)
  await advance(sandbox, LONG_ENOUGH_SECONDS)
  return id
}

async function found(request: DescribeSnapshotsRequest, { ec2 }: Clients = clients): Promise<Snapshot[]> {
  const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand(request))
  return Snapshots
}

const remove = (SnapshotId: string, change = {}) =>
  clients.ec2.send(new DeleteSnapshotCommand({ SnapshotId, ...change }))

async function register(SnapshotId: string): Promise<string> {
  const BlockDeviceMappings = [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId } }]
  const request = { Name: 'registered', RootDeviceName: '/dev/xvda', BlockDeviceMappings }
  const { ImageId = '' } = await clients.ec2.send(new RegisterImageCommand(request))
  return ImageId
}

describe('CreateSnapshot', () => {
  test('goes from pending to completed, as big and as encrypted as its volume', async () => {
    const VolumeId = await volume({ Encrypted: true })
    const id = await snapshot({ VolumeId, Description: 'nightly' })
    expect(await found({ SnapshotIds: [id] })).toMatchObject([{ State: 'pending', Progress: '0%', VolumeId }])
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    expect(await found({ SnapshotIds: [id] })).toMatchObject([
      {
        State: 'completed',
        Progress: '100%',
        VolumeSize: 4,
        Encrypted: true,
        KmsKeyId: expect.stringMatching(/^arn:aws:kms:us-east-1:/),
        Description: 'nightly',
        OwnerId: clients.account
      }
    ])
  })

  test('holds what its volume held: a volume made from it stands on the same layers', async () => {
    const VolumeId = await volume()
    const SnapshotId = await completed({ VolumeId })
    const copy = await volume({ SnapshotId, Size: undefined })
    expect(guests.volumes.get(copy)).toEqual([`frozen:${VolumeId}`])
  })

  test('outlives its volume', async () => {
    const VolumeId = await volume()
    const id = await completed({ VolumeId })
    await clients.ec2.send(new DeleteVolumeCommand({ VolumeId }))
    expect(guests.deletedLayers).not.toContain(`frozen:${VolumeId}`)
    expect(await found({ SnapshotIds: [id] })).toHaveLength(1)
  })

  test.each([
    ['a malformed volume id', { VolumeId: 'vol-zz' }, 'InvalidParameterValue'],
    ['an unknown volume', { VolumeId: 'vol-0123456789abcdef0' }, 'InvalidVolume.NotFound'],
    [
      'tags for what it does not make',
      { TagSpecifications: [{ ResourceType: 'image', Tags: [] }] },
      'InvalidParameterValue'
    ],
    ['a dry run', { DryRun: true }, 'DryRunOperation']
  ] as [string, Partial<CreateSnapshotRequest>, string][])('refuses %s', async (_, change, name) => {
    await expect(snapshot(change)).rejects.toMatchObject({ name })
    expect(await found({ OwnerIds: ['self'] })).toEqual([])
  })
})

describe('DeleteSnapshot', () => {
  test('takes a snapshot away, and its layers with the last that stands on them', async () => {
    const VolumeId = await volume()
    const [first, second] = [await completed({ VolumeId }), await completed({ VolumeId })]
    await clients.ec2.send(new DeleteVolumeCommand({ VolumeId }))
    await remove(first)
    expect(guests.deletedLayers).not.toContain(`frozen:${VolumeId}`)
    await remove(second)
    expect(guests.deletedLayers).toContain(`frozen:${VolumeId}`)
    await expect(found({ SnapshotIds: [first] })).rejects.toMatchObject({ name: 'InvalidSnapshot.NotFound' })
  })

  test('refuses a snapshot that an image stands on, until this is deregistered', async () => {
    const id = await completed()
    const ImageId = await register(id)
    const message = `The snapshot ${id} is currently in use by ${ImageId}`
    await expect(remove(id)).rejects.toMatchObject({ name: 'InvalidSnapshot.InUse', message })
    await clients.ec2.send(new DeregisterImageCommand({ ImageId }))
    await expect(remove(id)).resolves.toBeDefined()
  })

  test.each([
    ['a malformed id', 'snap-zz', 'InvalidParameterValue'],
    ['an unknown id', UNKNOWN, 'InvalidSnapshot.NotFound'],
    ["someone else's snapshot", ROOT_SNAPSHOT, 'AuthFailure'],
    ['no id', '', 'MissingParameter']
  ])('refuses %s', async (_, id, name) => {
    await expect(remove(id)).rejects.toMatchObject({ name })
  })

  test('a dry run leaves it', async () => {
    const id = await completed()
    await expect(remove(id, { DryRun: true })).rejects.toMatchObject({ name: 'DryRunOperation' })
    expect(await found({ SnapshotIds: [id] })).toHaveLength(1)
  })
})

describe('DescribeSnapshots', () => {
  test.each([
    ['description', ['night*'], ['nightly']],
    ['volume-size', ['4'], ['nightly', 'weekly']],
    ['status', ['completed'], ['nightly', 'weekly']],
    ['encrypted', ['true'], []],
    ['tag:kind', ['w?ekly'], ['weekly']],
    ['tag-key', ['kind'], ['nightly', 'weekly']],
    ['owner-id', ['000000000001'], []]
  ])('filters by %s = %j', async (Name, Values, expected) => {
    const VolumeId = await volume()
    for (const Description of ['nightly', 'weekly']) {
      const Tags = [{ Key: 'kind', Value: Description }]
      await completed({ VolumeId, Description, TagSpecifications: [{ ResourceType: 'snapshot', Tags }] })
    }
    const snapshots = await found({ OwnerIds: ['self'], Filters: [{ Name, Values }] })
    expect(new Set(snapshots.map(({ Description }) => Description))).toEqual(new Set(expected))
  })

  test('pages of five at the least', async () => {
    const VolumeId = await volume()
    for (let i = 0; i < 6; i++) await snapshot({ VolumeId })
    const request = { OwnerIds: ['self'], MaxResults: 5 }
    const first = await clients.ec2.send(new DescribeSnapshotsCommand(request))
    const NextToken = first.NextToken ?? ''
    const second = await clients.ec2.send(new DescribeSnapshotsCommand({ ...request, NextToken }))
    expect([first.Snapshots?.length, second.Snapshots?.length, second.NextToken]).toEqual([5, 1, undefined])
    const asked = found({ ...request, MaxResults: 4 })
    await expect(asked).rejects.toMatchObject({ name: 'InvalidParameterValue' })
  })

  test('another account sees a snapshot only where a public image stands on it, and never its tags', async () => {
    const stranger = clientsFor(sandbox.url)
    const Tags = [{ Key: 'secret', Value: 'a' }]
    const id = await completed({ TagSpecifications: [{ ResourceType: 'snapshot', Tags }] })
    expect(await found({ SnapshotIds: [id] })).toMatchObject([{ Tags }])
    await expect(found({ SnapshotIds: [id] }, stranger)).rejects.toMatchObject({ name: 'InvalidSnapshot.NotFound' })
    expect(await found({ Filters: [{ Name: 'tag:secret', Values: ['*'] }] }, stranger)).toEqual([])
    const [seeded] = await found({ SnapshotIds: [ROOT_SNAPSHOT] }, stranger)
    expect(seeded).toMatchObject({ SnapshotId: ROOT_SNAPSHOT })
  })

  test.each([
    ['a malformed id', 'snap-zz', 'InvalidParameterValue'],
    ['an unknown id', UNKNOWN, 'InvalidSnapshot.NotFound']
  ])('refuses %s', async (_, id, name) => {
    await expect(found({ SnapshotIds: [id] })).rejects.toMatchObject({ name })
  })
})

describe('volumes', () => {
  const describeOne = async (id: string) => {
    const { Volumes = [] } = await clients.ec2.send(new DescribeVolumesCommand({ VolumeIds: [id] }))
    return Volumes[0]
  }

  test('a new volume goes from creating to available', async () => {
    const request = { AvailabilityZone: 'us-east-1a', Size: 7, VolumeType: 'gp3' as const }
    const { VolumeId = '', State } = await clients.ec2.send(new CreateVolumeCommand(request))
    expect(State).toBe('creating')
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    const expected = { State: 'available', Size: 7, VolumeType: 'gp3', Iops: 3000, Encrypted: false }
    expect(await describeOne(VolumeId)).toMatchObject(expected)
  })

  test('one made from a snapshot is as big as this and as encrypted, or bigger', async () => {
    const SnapshotId = await completed({ VolumeId: await volume({ Encrypted: true }) })
    const same = await describeOne(await volume({ SnapshotId, Size: undefined }))
    expect(same).toMatchObject({ Size: 4, Encrypted: true, SnapshotId })
    expect(await describeOne(await volume({ SnapshotId, Size: 9 }))).toMatchObject({ Size: 9 })
    await expect(volume({ SnapshotId, Size: 3 })).rejects.toMatchObject({ name: 'InvalidParameterValue' })
  })

  test('its content and its layers go with it', async () => {
    const VolumeId = await volume()
    expect(guests.volumes.has(VolumeId)).toBe(true)
    await clients.ec2.send(new DeleteVolumeCommand({ VolumeId }))
    expect(guests.volumes.has(VolumeId)).toBe(false)
    await expect(describeOne(VolumeId)).rejects.toMatchObject({ name: 'InvalidVolume.NotFound' })
  })

  test('the same ClientToken makes one volume', async () => {
    const ids = [await volume({ ClientToken: 'token' }), await volume({ ClientToken: 'token' })]
    expect(new Set(ids).size).toBe(1)
  })

  test.each([
    ['no size', { Size: undefined }, 'MissingParameter'],
    ['no zone', { AvailabilityZone: undefined }, 'MissingParameter'],
    ['an unknown zone', { AvailabilityZone: 'us-east-1z' }, 'InvalidZone.NotFound'],
    ['an unknown snapshot', { SnapshotId: UNKNOWN }, 'InvalidSnapshot.NotFound'],
    ['a key without encryption', { KmsKeyId: 'alias/aws/ebs' }, 'InvalidParameterDependency'],
    ['a dry run', { DryRun: true }, 'DryRunOperation']
  ] as [string, Partial<CreateVolumeRequest>, string][])('CreateVolume refuses %s', async (_, change, name) => {
    await expect(volume(change)).rejects.toMatchObject({ name })
  })
})
