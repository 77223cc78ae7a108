import {
  type BlockDeviceMapping,
  DescribeInstancesCommand,
  RunInstancesCommand,
  TerminateInstancesCommand
} from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { type Clients, clientsFor, type RunningSandbox, serve } from '../../support/sandbox.ts'
import { ENCRYPTED_SNAPSHOT, IMAGES, seeder } from './fixture.ts'
import { createImage, createVolume, imageOf, launch, launched, settle, snapshotIdsOf, volumeIdsOf } from './make.ts'

/** Notes which volumes are frozen while a guest has them mounted. */
class WatchedGuests extends HandGuests {
  readonly frozenWhileUp: boolean[] = []

  override freeze(volumeId: string): Promise<readonly string[]> {
    this.frozenWhileUp.push(sandbox.world.running.size > 0)
    return super.freeze(volumeId)
  }
}

let sandbox: RunningSandbox
let guests: WatchedGuests
let clients: Clients
beforeAll(async () => {
  guests = new WatchedGuests()
  sandbox = await serve({ guests, seeder, latencyFactor: 1 })
})
beforeEach(async () => {
  await sandbox.world.reset()
  guests.frozenWhileUp.length = 0
  clients = clientsFor(sandbox.url)
})
afterAll(() => sandbox.stop())

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

describe('block device mappings', () => {
  const mapped = async (mapping: BlockDeviceMapping) => {
    const InstanceId = await launched(sandbox, clients, 'stopped', { BlockDeviceMappings: [DATA] })
    const id = await createImage(clients, { InstanceId, Name: 'mapped', BlockDeviceMappings: [mapping] })
    return (await imageOf(clients, id))?.BlockDeviceMappings ?? []
  }

  test.each([
    ['a larger size', { VolumeSize: 16 }, { VolumeSize: 16, VolumeType: 'gp3' }],
    ['what becomes of the volume', { DeleteOnTermination: false }, { VolumeSize: 8, DeleteOnTermination: false }],
    ['another type, with its own defaults', { VolumeType: 'gp2' }, { VolumeType: 'gp2', VolumeSize: 8 }]
  ] as const)('give a device %s', async (_, Ebs, expected) => {
    const [root] = await mapped({ DeviceName: '/dev/xvda', Ebs })
    expect(root?.Ebs).toMatchObject(expected)
    if ('VolumeType' in expected && expected.VolumeType === 'gp2') expect(root?.Ebs?.Iops).toBeUndefined()
  })

  test.each([
    ['a size below the volume', { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 7 } }, 'expect size >= 8GB'],
    ['another encryption', { DeviceName: '/dev/xvda', Ebs: { Encrypted: true } }, 'encryption of /dev/xvda'],
    ['no root device', { DeviceName: '/dev/xvda', NoDevice: '' }, 'cannot be left out']
  ])('are refused with %s', async (_, mapping, sentence) => {
    const refused = mapped(mapping)
    await expect(refused).rejects.toMatchObject({
      name: 'InvalidBlockDeviceMapping',
      message: expect.stringContaining(sentence)
    })
  })

  test("are refused with somebody else's snapshot", async () => {
    const refused = mapped({ DeviceName: '/dev/sdg', Ebs: { SnapshotId: ENCRYPTED_SNAPSHOT } })
    await expect(refused).rejects.toMatchObject({ name: 'InvalidSnapshot.NotFound' })
  })
})

describe('the name of an image', () => {
  test.each([
    ['of 2 characters', 'ab', false],
    ['of 3 characters', 'abc', true],
    ['of 128 characters', 'a'.repeat(128), true],
    ['of 129 characters', 'a'.repeat(129), false],
    ['with all that is allowed', "A z9()[] ./-'@_", true],
    ['with a colon', 'web:1', false],
    ['with a letter beyond ASCII', 'wéb', false],
    ['with a line break', 'web\n1', false]
  ])('%s', async (_, Name, isValid) => {
    const InstanceId = await launched(sandbox, clients, 'stopped')
    const created = createImage(clients, { InstanceId, Name })
    if (isValid) expect(await created).toMatch(/^ami-/)
    else await expect(created).rejects.toMatchObject({ name: 'InvalidAMIName.Malformed' })
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
