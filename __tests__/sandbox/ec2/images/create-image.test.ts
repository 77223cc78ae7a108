import {
  type BlockDeviceMapping,
  type CreateImageCommandInput,
  DescribeInstancesCommand,
  RunInstancesCommand,
  TerminateInstancesCommand
} from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { clientsFor, serve, served, useClients } from '../../../support/sandbox.ts'
import { ENCRYPTED_SNAPSHOT, IMAGES, seeder } from '../fixture.ts'
import {
  createImage,
  createVolume,
  imageOf,
  launch,
  launched,
  settle,
  snapshotIdsOf,
  snapshotOf,
  volumeIdsOf
} from '../make.ts'
import { addImage } from './own.ts'

/** Notes which volumes are frozen while a guest has them mounted. */
class WatchedGuests extends HandGuests {
  readonly frozenWhileUp: boolean[] = []
  /** Set by a test: what happens meanwhile. */
  onFreeze: () => void = () => {}

  override freeze(volumeId: string): Promise<readonly string[]> {
    this.frozenWhileUp.push(sandbox.world.running.size > 0)
    this.onFreeze()
    return super.freeze(volumeId)
  }
}

const guests = new WatchedGuests()
const sandbox = await served(serve({ guests, seeder, latencyFactor: 1 }))
const clients = useClients(sandbox)
beforeEach(async () => {
  await sandbox.world.reset()
  guests.frozenWhileUp.length = 0
  guests.onFreeze = () => {}
})

const DATA: BlockDeviceMapping = { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 20, VolumeType: 'gp3', Encrypted: true } }

async function stateOf(id: string): Promise<string | undefined> {
  const { Reservations } = await clients.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))
  return Reservations?.[0]?.Instances?.[0]?.State?.Name
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html
describe('an image of an instance', () => {
  test('inherits what the instance runs on, and says where it comes from', async () => {
    const arm = { ImageId: IMAGES.arm, InstanceType: 't4g.micro' as const }
    const InstanceId = await launched(sandbox, clients, 'stopped', arm)
    expect(await imageOf(clients, await createImage(clients, { InstanceId, Name: 'arm' }))).toMatchObject({
      Architecture: 'arm64',
      RootDeviceName: '/dev/xvda',
      RootDeviceType: 'ebs',
      PlatformDetails: 'Linux/UNIX',
      SourceInstanceId: InstanceId,
      SourceImageId: IMAGES.arm,
      SourceImageRegion: 'us-east-1'
    })
  })

  test('is pending, then available, with a snapshot of every volume, encrypted as that is', async () => {
    const InstanceId = await launched(sandbox, clients, 'stopped', { BlockDeviceMappings: [DATA] })
    const id = await createImage(clients, { InstanceId, Name: 'all volumes', Description: 'two disks' })
    expect(await imageOf(clients, id)).toMatchObject({ State: 'pending', Description: 'two disks' })
    await settle(sandbox)
    const image = await imageOf(clients, id)
    expect(image).toMatchObject({
      State: 'available',
      Public: false,
      OwnerId: clients.account,
      ImageLocation: `${clients.account}/all volumes`,
      BlockDeviceMappings: [
        { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 8, Encrypted: false } },
        { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 20, VolumeType: 'gp3', Encrypted: true } }
      ]
    })
    const [root = '', data = ''] = snapshotIdsOf(image)
    const Description = `Created by CreateImage(${InstanceId}) for ${id}`
    expect(await snapshotOf(clients, root)).toMatchObject({ State: 'completed', Encrypted: false, Description })
    const KmsKeyId = expect.stringContaining(clients.account)
    expect(await snapshotOf(clients, data)).toMatchObject({ Encrypted: true, VolumeSize: 20, KmsKeyId, Description })
  })

  test('has tags, as its snapshots have, each as asked', async () => {
    const InstanceId = await launched(sandbox, clients, 'stopped')
    const TagSpecifications = (['image', 'snapshot'] as const).map(ResourceType => ({
      ResourceType,
      Tags: [{ Key: 'kind', Value: ResourceType }]
    }))
    const image = await imageOf(clients, await createImage(clients, { InstanceId, Name: 'tagged', TagSpecifications }))
    expect(image?.Tags).toEqual([{ Key: 'kind', Value: 'image' }])
    const [root = ''] = snapshotIdsOf(image)
    expect((await snapshotOf(clients, root))?.Tags).toEqual([{ Key: 'kind', Value: 'snapshot' }])
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Image.html (imageState, stateReason)
  test('fails, and says why, when a volume vanishes before it is frozen', async () => {
    const InstanceId = await launched(sandbox, clients, 'stopped', { BlockDeviceMappings: [DATA] })
    const [, dataId = ''] = await volumeIdsOf(clients, InstanceId)
    guests.onFreeze = () => sandbox.world.region('us-east-1', clients.account).volumes.delete(dataId)
    const id = await createImage(clients, { InstanceId, Name: 'fails' })
    await settle(sandbox)
    expect(await imageOf(clients, id)).toMatchObject({
      State: 'failed',
      StateReason: {
        Code: 'Client.InvalidSnapshot.Failed',
        Message: expect.stringMatching(/^Snapshot snap-.* failed: /)
      }
    })
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html (BootModeOverride)
  test('boots by UEFI where asked, if its instance did', async () => {
    const arm = { ImageId: IMAGES.arm, InstanceType: 't4g.micro' as const }
    const BootModeOverride = 'uefi' as const
    const InstanceId = await launched(sandbox, clients, 'stopped', arm)
    const id = await createImage(clients, { InstanceId, Name: 'uefi', BootModeOverride })
    expect(await imageOf(clients, id)).toMatchObject({ BootMode: 'uefi' })
    const legacy = await launched(sandbox, clients, 'stopped')
    const refused = createImage(clients, { InstanceId: legacy, Name: 'legacy', BootModeOverride })
    await expect(refused).rejects.toMatchObject({ name: 'InvalidParameterCombination' })
  })

  // https://docs.aws.amazon.com/marketplace/latest/buyerguide (product codes are inherited)
  test('keeps the product codes of its instance', async () => {
    const ProductCodes = [{ ProductCodeId: 'abc', ProductCodeType: 'marketplace' as const }]
    const { image } = addImage(sandbox, clients.account, { ProductCodes })
    const InstanceId = await launched(sandbox, clients, 'stopped', { ImageId: image.ImageId })
    const id = await createImage(clients, { InstanceId, Name: 'product' })
    expect(await imageOf(clients, id)).toMatchObject({ ProductCodes })
  })

  test('keeps that it asks for IMDSv2', async () => {
    const InstanceId = await launched(sandbox, clients, 'stopped', { ImageId: IMAGES.imdsV2 })
    const id = await createImage(clients, { InstanceId, Name: 'imds' })
    expect(await imageOf(clients, id)).toMatchObject({ ImdsSupport: 'v2.0' })
  })

  test('starts its instances with what its volumes held', async () => {
    const InstanceId = await launched(sandbox, clients, 'stopped')
    const [rootId = ''] = await volumeIdsOf(clients, InstanceId)
    const ImageId = await createImage(clients, { InstanceId, Name: 'content' })
    await settle(sandbox)
    const next = await launched(sandbox, clients, 'running', { ImageId })
    const [copyId = ''] = await volumeIdsOf(clients, next)
    expect(guests.volumes.get(copyId)).toEqual([...(guests.volumes.get(rootId) ?? []), `frozen:${rootId}`])
  })

  test('can be launched where the volume was gp2, whose IOPS nobody may name', async () => {
    const gp2 = [{ DeviceName: '/dev/xvda', Ebs: { VolumeType: 'gp2' as const } }]
    const InstanceId = await launched(sandbox, clients, 'stopped', { BlockDeviceMappings: gp2 })
    const ImageId = await createImage(clients, { InstanceId, Name: 'gp2' })
    await settle(sandbox)
    expect(await launch(clients, { ImageId })).toMatchObject({ ImageId })
  })

  test('cannot be launched while it is pending', async () => {
    const InstanceId = await launched(sandbox, clients, 'stopped')
    const ImageId = await createImage(clients, { InstanceId, Name: 'pending' })
    const refused = clients.ec2.send(new RunInstancesCommand({ ImageId, MinCount: 1, MaxCount: 1 }))
    await expect(refused).rejects.toMatchObject({ name: 'InvalidAMIID.Unavailable' })
  })
})

describe('a running instance', () => {
  test('is rebooted, and its volumes are frozen while it is down', async () => {
    const InstanceId = await launched(sandbox, clients, 'running')
    await createImage(clients, { InstanceId, Name: 'rebooted' })
    await settle(sandbox)
    expect(guests.frozenWhileUp).toEqual([false])
    expect(guests.bootsOf(InstanceId).map(({ first }) => first)).toEqual([true, false])
    expect(await stateOf(InstanceId)).toBe('running')
  })

  test('is left alone with NoReboot', async () => {
    const InstanceId = await launched(sandbox, clients, 'running')
    await createImage(clients, { InstanceId, Name: 'not rebooted', NoReboot: true })
    await settle(sandbox)
    expect(guests.frozenWhileUp).toEqual([true])
    expect(guests.bootsOf(InstanceId)).toHaveLength(1)
  })

  test('that is stopped stays so', async () => {
    const InstanceId = await launched(sandbox, clients, 'stopped')
    await createImage(clients, { InstanceId, Name: 'stays' })
    await settle(sandbox)
    expect(guests.bootsOf(InstanceId)).toHaveLength(1)
    expect(await stateOf(InstanceId)).toBe('stopped')
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html (BlockDeviceMapping.N)
describe('block device mappings', () => {
  const mapped = async (mapping: BlockDeviceMapping) => {
    const InstanceId = await launched(sandbox, clients, 'stopped', { BlockDeviceMappings: [DATA] })
    const id = await createImage(clients, { InstanceId, Name: 'mapped', BlockDeviceMappings: [mapping] })
    return (await imageOf(clients, id))?.BlockDeviceMappings ?? []
  }

  test('change what becomes of the volume of an attached one', async () => {
    const [root] = await mapped({ DeviceName: '/dev/xvda', Ebs: { DeleteOnTermination: false } })
    expect(root?.Ebs).toMatchObject({ VolumeSize: 8, VolumeType: 'gp3', DeleteOnTermination: false })
  })

  test('may repeat what the volume is', async () => {
    const [root] = await mapped({
      DeviceName: '/dev/xvda',
      Ebs: { VolumeSize: 8, VolumeType: 'gp3', Encrypted: false }
    })
    expect(root?.Ebs).toMatchObject({ VolumeSize: 8, VolumeType: 'gp3', Encrypted: false })
  })

  test('leave out a volume, and add devices that the instance lacks', async () => {
    const InstanceId = await launched(sandbox, clients, 'stopped', { BlockDeviceMappings: [DATA] })
    const BlockDeviceMappings = [
      { DeviceName: '/dev/sdf', NoDevice: '' },
      { DeviceName: '/dev/sdg', Ebs: { VolumeSize: 5, VolumeType: 'gp3' as const } },
      { DeviceName: '/dev/sdh', VirtualName: 'ephemeral0' }
    ]
    const id = await createImage(clients, { InstanceId, Name: 'added', BlockDeviceMappings })
    const { BlockDeviceMappings: found } = (await imageOf(clients, id)) ?? {}
    expect(found).toMatchObject([{ DeviceName: '/dev/xvda' }, ...BlockDeviceMappings.slice(1)])
    expect(found?.[1]?.Ebs).toMatchObject({ Iops: 3000, Throughput: 125, Encrypted: false, DeleteOnTermination: true })
  })

  test.each([
    ['a larger volume', { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 16 } }, 'VolumeSize of /dev/xvda'],
    ['a smaller volume', { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 7 } }, 'VolumeSize of /dev/xvda'],
    ['another type', { DeviceName: '/dev/xvda', Ebs: { VolumeType: 'gp2' as const } }, 'VolumeType of /dev/xvda'],
    ['another encryption', { DeviceName: '/dev/xvda', Ebs: { Encrypted: true } }, 'Encrypted of /dev/xvda'],
    [
      'another content',
      { DeviceName: '/dev/xvda', Ebs: { SnapshotId: ENCRYPTED_SNAPSHOT } },
      'SnapshotId of /dev/xvda'
    ],
    ['no root device', { DeviceName: '/dev/xvda', NoDevice: '' }, 'cannot be left out']
  ])('are refused with %s', async (_, mapping, sentence) => {
    const refused = mapped(mapping)
    await expect(refused).rejects.toMatchObject({
      name: 'InvalidBlockDeviceMapping',
      message: expect.stringContaining(sentence)
    })
  })

  test('are refused with a device twice', async () => {
    const InstanceId = await launched(sandbox, clients, 'stopped')
    const twice = [DATA, DATA]
    const refused = createImage(clients, { InstanceId, Name: 'twice', BlockDeviceMappings: twice })
    await expect(refused).rejects.toMatchObject({ name: 'InvalidBlockDeviceMapping' })
  })

  test.each([
    ['an added volume without a size', { VolumeType: 'gp3' as const }, 'MissingParameter'],
    ['an added volume on an Outpost', { VolumeSize: 5, OutpostArn: 'arn:aws:outposts:a' }, 'UnsupportedOperation'],
    ['an added volume that EBS does not have', { VolumeSize: 5, VolumeType: 'st1' as const }, 'InvalidParameterValue']
  ])('are refused with %s', async (_, Ebs, name) => {
    await expect(mapped({ DeviceName: '/dev/sdg', Ebs })).rejects.toMatchObject({ name })
  })

  test("are refused with somebody else's snapshot", async () => {
    const refused = mapped({ DeviceName: '/dev/sdg', Ebs: { SnapshotId: ENCRYPTED_SNAPSHOT } })
    await expect(refused).rejects.toMatchObject({ name: 'InvalidSnapshot.NotFound' })
  })
})

describe('CreateImage refuses', () => {
  test.each(['pending', 'shutting-down', 'terminated'])('an instance that is %s', async state => {
    const { InstanceId = '' } = await launch(clients)
    if (state !== 'pending') {
      await settle(sandbox)
      await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }))
    }
    if (state === 'terminated') await settle(sandbox)
    await expect(createImage(clients, { InstanceId, Name: 'refused' })).rejects.toMatchObject({
      name: 'IncorrectState',
      message: expect.stringContaining(`${InstanceId} is '${state}'`)
    })
  })

  test.each([
    ['no instance', { InstanceId: undefined }, 'MissingParameter'],
    ['no name', { Name: undefined }, 'MissingParameter'],
    ['a malformed instance id', { InstanceId: 'i-1' }, 'InvalidInstanceID.Malformed'],
    ['an unknown instance', { InstanceId: 'i-0123456789abcdef0' }, 'InvalidInstanceID.NotFound'],
    [
      'tags for what it does not make',
      { TagSpecifications: [{ ResourceType: 'instance' as const, Tags: [] }] },
      'InvalidParameterValue'
    ],
    ['another place for the snapshots', { SnapshotLocation: 'local' as const }, 'InvalidParameterValue']
  ])('%s', async (_, change, name) => {
    const InstanceId = await launched(sandbox, clients, 'stopped')
    const request = { InstanceId, Name: 'refused', ...change } as CreateImageCommandInput
    await expect(createImage(clients, request)).rejects.toMatchObject({ name })
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html (EBS-backed instances)
  test('an instance that is not EBS-backed', async () => {
    const type = { ImageId: IMAGES.instanceStore, InstanceType: 'm1.small' as const }
    const InstanceId = await launched(sandbox, clients, 'running', type)
    const refused = createImage(clients, { InstanceId, Name: 'instance store' })
    await expect(refused).rejects.toMatchObject({ name: 'InvalidParameterValue' })
  })

  test('the instance of another account', async () => {
    const InstanceId = await launched(sandbox, clients, 'stopped')
    const refused = createImage(clientsFor(sandbox.url), { InstanceId, Name: 'foreign' })
    await expect(refused).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' })
  })

  test('a dry run, once it has been checked, and makes nothing', async () => {
    const InstanceId = await launched(sandbox, clients, 'stopped')
    const dry = createImage(clients, { InstanceId, Name: 'dry', DryRun: true })
    await expect(dry).rejects.toMatchObject({ name: 'DryRunOperation' })
    const malformed = createImage(clients, { InstanceId, Name: ':', DryRun: true })
    await expect(malformed).rejects.toMatchObject({ name: 'InvalidAMIName.Malformed' })
    expect(guests.frozenWhileUp).toEqual([])
    expect(await createImage(clients, { InstanceId, Name: 'dry' })).toMatch(/^ami-/)
  })
})

test('a volume that is not attached has no part in an image', async () => {
  const InstanceId = await launched(sandbox, clients, 'stopped')
  await createVolume(clients)
  await settle(sandbox)
  const id = await createImage(clients, { InstanceId, Name: 'alone' })
  expect(snapshotIdsOf(await imageOf(clients, id))).toHaveLength(1)
})
