import {
  AttachVolumeCommand,
  type AttachVolumeCommandInput,
  CreateVolumeCommand,
  type CreateVolumeCommandInput,
  DeleteVolumeCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  DetachVolumeCommand,
  type DetachVolumeCommandInput,
  StartInstancesCommand,
  TerminateInstancesCommand
} from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { clientsFor, serve, served, useClients } from '../../support/sandbox.ts'
import { ENCRYPTED_SNAPSHOT, managedKeyId, seeder } from './fixture.ts'
import { createSnapshot, createVolume, launch, launched, settle, volumeIdsOf, volumeOf } from './make.ts'

const guests = new HandGuests()
const sandbox = await served(serve({ guests, seeder, latencyFactor: 1 }))
const clients = useClients(sandbox)
beforeEach(async () => {
  await sandbox.world.reset()
})

const UNKNOWN = 'vol-0123456789abcdef0'
const ownKey = () => `arn:aws:kms:us-east-1:${clients.account}:key/${managedKeyId(clients.account)}`

async function settled(request: Partial<CreateVolumeCommandInput> = {}): Promise<string> {
  const id = await createVolume(clients, request)
  await settle(sandbox)
  return id
}

const remove = (VolumeId: string) => clients.ec2.send(new DeleteVolumeCommand({ VolumeId }))

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVolume.html
describe('a volume', () => {
  test('is being created at first, then available', async () => {
    const id = await createVolume(clients, { Size: 10, VolumeType: 'gp3' })
    expect(await volumeOf(clients, id)).toMatchObject({ State: 'creating', Size: 10, Iops: 3000, Throughput: 125 })
    await settle(sandbox)
    expect(await volumeOf(clients, id)).toMatchObject({ State: 'available', Encrypted: false })
    expect(guests.volumes.get(id)).toEqual([])
  })

  test('of a snapshot has its size, its content and its encryption', async () => {
    const source = await settled({ Size: 3, Encrypted: true })
    const SnapshotId = await createSnapshot(clients, source)
    await settle(sandbox)
    const id = await settled({ SnapshotId, Size: undefined })
    expect(await volumeOf(clients, id)).toMatchObject({ Size: 3, SnapshotId, Encrypted: true, KmsKeyId: ownKey() })
    expect(guests.volumes.get(id)).toEqual([`frozen:${source}`])
  })

  test('is made once for the same ClientToken, and another request with it is refused', async () => {
    const first = await createVolume(clients, { ClientToken: 'once' })
    expect(await createVolume(clients, { ClientToken: 'once' })).toBe(first)
    const other = createVolume(clients, { ClientToken: 'once', Size: 2 })
    await expect(other).rejects.toMatchObject({ name: 'IdempotentParameterMismatch' })
  })

  test.each([
    ['in a zone of another region', { AvailabilityZone: 'eu-west-1a' }, 'InvalidZone.NotFound'],
    ['without size or snapshot', { Size: undefined }, 'MissingParameter'],
    ['of no size', { Size: 0 }, 'InvalidParameterValue'],
    ['of an unknown snapshot', { SnapshotId: 'snap-0123456789abcdef0' }, 'InvalidSnapshot.NotFound'],
    ["of somebody else's snapshot", { SnapshotId: ENCRYPTED_SNAPSHOT }, 'InvalidSnapshot.NotFound'],
    ['with a key, but not encrypted', { KmsKeyId: 'alias/aws/ebs' }, 'InvalidParameterDependency'],
    ['for several instances', { MultiAttachEnabled: true }, 'UnsupportedOperation'],
    ['on an Outpost', { OutpostArn: 'arn:aws:outposts:us-east-1:111122223333:outpost/op-1' }, 'UnsupportedOperation'],
    ['in a dry run', { DryRun: true }, 'DryRunOperation']
  ])('is refused %s', async (_, change, name) => {
    const request = { AvailabilityZone: 'us-east-1a', Size: 1, ...change }
    await expect(clients.ec2.send(new CreateVolumeCommand(request))).rejects.toMatchObject({ name })
    expect((await clients.ec2.send(new DescribeVolumesCommand({}))).Volumes).toEqual([])
  })

  test('is refused where it is smaller than its snapshot', async () => {
    const SnapshotId = await createSnapshot(clients, await settled({ Size: 3 }))
    await settle(sandbox)
    const sentence = `Volume of size 2GB is smaller than snapshot '${SnapshotId}', expect size >= 3GB`
    await expect(createVolume(clients, { SnapshotId, Size: 2 })).rejects.toMatchObject({ message: sentence })
  })

  test('is refused of a snapshot that is still pending', async () => {
    const SnapshotId = await createSnapshot(clients, await settled())
    await expect(createVolume(clients, { SnapshotId })).rejects.toMatchObject({ name: 'IncorrectState' })
  })
})

describe('deleting a volume', () => {
  test('deletes its content, too', async () => {
    const id = await settled()
    await remove(id)
    await expect(volumeOf(clients, id)).rejects.toMatchObject({ name: 'InvalidVolume.NotFound' })
    expect(guests.volumes.has(id)).toBe(false)
  })

  test('is refused while an instance has it', async () => {
    const InstanceId = await launched(sandbox, clients, 'stopped')
    const [id = ''] = await volumeIdsOf(clients, InstanceId)
    const message = `Volume ${id} is currently attached to ${InstanceId}`
    await expect(remove(id)).rejects.toMatchObject({ name: 'VolumeInUse', message })
  })

  test('is refused while it is being created: nothing would be left to delete its content', async () => {
    const id = await createVolume(clients)
    await expect(remove(id)).rejects.toMatchObject({ name: 'IncorrectState' })
    await settle(sandbox)
    await remove(id)
    expect(guests.volumes.has(id)).toBe(false)
  })

  test.each([
    ['an unknown volume', UNKNOWN, 'InvalidVolume.NotFound'],
    ['a malformed id', 'vol-zz', 'InvalidParameterValue']
  ])('is refused for %s', async (_, id, name) => {
    await expect(remove(id)).rejects.toMatchObject({ name })
  })

  test('is refused for the volume of another account', async () => {
    const id = await settled()
    const VolumeId = id
    const foreign = clientsFor(sandbox.url).ec2.send(new DeleteVolumeCommand({ VolumeId }))
    await expect(foreign).rejects.toMatchObject({ name: 'InvalidVolume.NotFound' })
  })
})

describe('a stopped instance', () => {
  const attach = (change: Partial<AttachVolumeCommandInput>) =>
    clients.ec2.send(new AttachVolumeCommand({ VolumeId: UNKNOWN, InstanceId: 'i-1', Device: '/dev/sdf', ...change }))
  const detach = (request: DetachVolumeCommandInput) => clients.ec2.send(new DetachVolumeCommand(request))

  async function devicesOf(id: string): Promise<(string | undefined)[]> {
    const { Reservations } = await clients.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))
    return (Reservations?.[0]?.Instances?.[0]?.BlockDeviceMappings ?? []).map(({ DeviceName }) => DeviceName)
  }

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachVolume.html
  test('takes a volume, and has it when it boots next', async () => {
    const [VolumeId, InstanceId] = [await settled(), await launched(sandbox, clients, 'stopped')]
    expect(await attach({ VolumeId, InstanceId })).toMatchObject({ State: 'attaching', Device: '/dev/sdf' })
    expect(await volumeOf(clients, VolumeId)).toMatchObject({ State: 'in-use' })
    await settle(sandbox)
    const attached = { State: 'attached', InstanceId, DeleteOnTermination: false }
    expect((await volumeOf(clients, VolumeId))?.Attachments).toMatchObject([attached])
    await clients.ec2.send(new StartInstancesCommand({ InstanceIds: [InstanceId] }))
    await settle(sandbox)
    expect(guests.of(InstanceId).request.volumes).toContainEqual({
      volumeId: VolumeId,
      device: '/dev/sdf',
      root: false
    })
  })

  test('gives a volume back, which is then free for another', async () => {
    const [VolumeId, InstanceId] = [await settled(), await launched(sandbox, clients, 'stopped')]
    await attach({ VolumeId, InstanceId })
    await settle(sandbox)
    expect(await detach({ VolumeId })).toMatchObject({ State: 'detaching', InstanceId })
    expect(await devicesOf(InstanceId)).toEqual(['/dev/xvda'])
    await settle(sandbox)
    expect(await volumeOf(clients, VolumeId)).toMatchObject({ State: 'available', Attachments: [] })
    await attach({ VolumeId, InstanceId, Device: '/dev/sdg' })
    expect(await devicesOf(InstanceId)).toEqual(['/dev/xvda', '/dev/sdg'])
  })

  test('leaves an attached volume behind when it is terminated', async () => {
    const [VolumeId, InstanceId] = [await settled(), await launched(sandbox, clients, 'stopped')]
    await attach({ VolumeId, InstanceId })
    await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }))
    await settle(sandbox)
    expect(await volumeOf(clients, VolumeId)).toMatchObject({ State: 'available' })
  })

  test.each([
    [
      'a device in use',
      { Device: '/dev/xvda' },
      'InvalidParameterValue',
      'Attachment point /dev/xvda is already in use'
    ],
    [
      'a path that leads elsewhere',
      { Device: '/dev/../../etc' },
      'InvalidParameterValue',
      "Invalid value '/dev/../../etc'"
    ],
    ['an unknown volume', { VolumeId: UNKNOWN }, 'InvalidVolume.NotFound', UNKNOWN],
    ['a dry run', { DryRun: true }, 'DryRunOperation', 'DryRun flag is set']
  ])('refuses %s', async (_, change, name, sentence) => {
    const [VolumeId, InstanceId] = [await settled(), await launched(sandbox, clients, 'stopped')]
    const refused = attach({ VolumeId, InstanceId, ...change })
    await expect(refused).rejects.toMatchObject({ name, message: expect.stringContaining(sentence) })
    expect(await devicesOf(InstanceId)).toEqual(['/dev/xvda'])
  })

  test('refuses a volume of another zone', async () => {
    const VolumeId = await settled({ AvailabilityZone: 'us-east-1b' })
    const Placement = { AvailabilityZone: 'us-east-1a' }
    const InstanceId = await launched(sandbox, clients, 'stopped', { Placement })
    const message = `The volume '${VolumeId}' is not in the same availability zone as instance '${InstanceId}'`
    const refused = attach({ VolumeId, InstanceId })
    await expect(refused).rejects.toMatchObject({ name: 'InvalidVolume.ZoneMismatch', message })
  })

  test('refuses a volume that is not available', async () => {
    const InstanceId = await launched(sandbox, clients, 'stopped')
    const VolumeId = await createVolume(clients)
    const message = `${VolumeId} is not 'available'.`
    await expect(attach({ VolumeId, InstanceId })).rejects.toMatchObject({ name: 'IncorrectState', message })
    await settle(sandbox)
    await attach({ VolumeId, InstanceId })
    const taken = attach({ VolumeId, InstanceId, Device: '/dev/sdg' })
    await expect(taken).rejects.toMatchObject({ name: 'VolumeInUse' })
  })

  test('refuses to give back what it does not have', async () => {
    const [VolumeId, InstanceId] = [await settled(), await launched(sandbox, clients, 'stopped')]
    const message = `Volume '${VolumeId}' is in the 'available' state.`
    await expect(detach({ VolumeId })).rejects.toMatchObject({ name: 'IncorrectState', message })
    await attach({ VolumeId, InstanceId })
    const elsewhere = detach({ VolumeId, InstanceId, Device: '/dev/sdz' })
    await expect(elsewhere).rejects.toMatchObject({ name: 'InvalidAttachment.NotFound' })
  })

  test('is not one that is still pending', async () => {
    const VolumeId = await settled()
    const { InstanceId } = await launch(clients)
    await expect(attach({ VolumeId, InstanceId })).rejects.toMatchObject({ name: 'IncorrectState' })
  })
})

describe('DescribeVolumes', () => {
  test.each([
    ['status', 'available', 1],
    ['status', 'in-use', 1],
    ['attachment.device', '/dev/xvda', 1],
    ['size', '8', 1],
    ['attachment.delete-on-termination', 'true', 1],
    ['create-time', '20*', 2],
    ['availability-zone-id', 'us-east-1-az1', 2],
    ['multi-attach-enabled', 'false', 2],
    ['operator.managed', 'true', 0],
    ['encrypted', 'true', 1],
    ['volume-type', 'gp*', 2],
    ['availability-zone', 'us-east-1?', 2],
    ['tag:kind', 'data', 1]
  ])('filters by %s = %s', async (Name, value, count) => {
    const Tags = [{ Key: 'kind', Value: 'data' }]
    await createVolume(clients, { Encrypted: true, TagSpecifications: [{ ResourceType: 'volume', Tags }] })
    await launched(sandbox, clients, 'stopped')
    const Filters = [{ Name, Values: [value] }]
    expect((await clients.ec2.send(new DescribeVolumesCommand({ Filters }))).Volumes).toHaveLength(count)
  })

  test('shows only what the caller owns', async () => {
    await settled()
    expect((await clientsFor(sandbox.url).ec2.send(new DescribeVolumesCommand({}))).Volumes).toEqual([])
  })

  test('pages', async () => {
    const ids: string[] = []
    for (let i = 0; i < 7; i++) ids.push(await createVolume(clients))
    const first = await clients.ec2.send(new DescribeVolumesCommand({ MaxResults: 5 }))
    const { NextToken } = first
    const second = await clients.ec2.send(new DescribeVolumesCommand({ MaxResults: 5, NextToken }))
    expect([first, second].map(({ Volumes }) => Volumes?.map(({ VolumeId }) => VolumeId))).toEqual([
      ids.slice(0, 5),
      ids.slice(5)
    ])
    expect(second.NextToken).toBeUndefined()
  })
})
