import {
  AttachVolumeCommand,
  CreateSnapshotCommand,
  CreateSnapshotsCommand,
  type CreateSnapshotsRequest,
  CreateTagsCommand,
  DeleteSnapshotCommand
} from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { advance, serve, served, useClients } from '../../../support/sandbox.ts'
import { seeder } from '../fixture.ts'
import { createVolume, launched, settle, snapshotOf, volumeIdsOf } from '../make.ts'

const GIB = 2 ** 30

class WrittenGuests extends HandGuests {
  /** What each layer of a chain takes. */
  bytesOfLayer = 0
  override async sizeBytes(layers: readonly string[] = []): Promise<number> {
    return layers.length * this.bytesOfLayer
  }
}

const guests = new WrittenGuests()
const sandbox = await served(serve({ guests, seeder, latencyFactor: 1 }))
const clients = useClients(sandbox)
beforeEach(() => {
  guests.bytesOfLayer = 0
})

async function snapshot(Size = 100): Promise<string> {
  const VolumeId = await createVolume(clients, { Size })
  await settle(sandbox)
  return (await clients.ec2.send(new CreateSnapshotCommand({ VolumeId }))).SnapshotId ?? ''
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshot.html
describe('CreateSnapshot', () => {
  test('its progress follows the clock, and is 100% only when it is completed', async () => {
    const id = await snapshot()
    const seen: string[] = []
    for (let i = 0; i < 100; i++) {
      const { State, Progress = '' } = (await snapshotOf(clients, id)) ?? {}
      seen.push(Progress)
      if (State === 'completed') break
      expect(Progress).not.toBe('100%')
      await advance(sandbox, 200)
    }
    const percents = seen.map(text => Number.parseInt(text, 10))
    expect(percents).toEqual([...percents].sort((a, b) => a - b))
    expect(percents).toEqual(expect.arrayContaining([0, 100]))
    expect(percents.some(percent => percent > 0 && percent < 100)).toBe(true)
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Snapshot.html (fullSnapshotSizeInBytes)
  test('its full size is what was written to its volume, with the layers that older snapshots share', async () => {
    guests.bytesOfLayer = GIB
    const InstanceId = await launched(sandbox, clients, 'stopped')
    const [VolumeId = ''] = await volumeIdsOf(clients, InstanceId)
    const { SnapshotId: id = '' } = await clients.ec2.send(new CreateSnapshotCommand({ VolumeId }))
    expect(await snapshotOf(clients, id)).not.toHaveProperty('FullSnapshotSizeInBytes')
    await advance(sandbox, 3600)
    // base, the image's own layer, and what this snapshot has frozen
    expect(await snapshotOf(clients, id)).toMatchObject({ FullSnapshotSizeInBytes: 3 * GIB })
  })

  test('its full size is a part of the volume where no guest has written anything', async () => {
    const id = await snapshot(8)
    await advance(sandbox, 3600)
    const { FullSnapshotSizeInBytes: bytes = 0 } = (await snapshotOf(clients, id)) ?? {}
    expect(bytes).toBeGreaterThan(0)
    expect(bytes).toBeLessThan(8 * GIB)
    expect(bytes % (512 * 1024)).toBe(0)
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Snapshot.html (dataEncryptionKeyId)
  test('encrypted snapshots of one lineage share a data key, which only DescribeSnapshots tells of', async () => {
    const dataKeyOf = async (VolumeId: string): Promise<[id: string, key: string | undefined]> => {
      await settle(sandbox)
      const { SnapshotId = '', DataEncryptionKeyId } = await clients.ec2.send(new CreateSnapshotCommand({ VolumeId }))
      expect(DataEncryptionKeyId).toBeUndefined()
      await advance(sandbox, 3600)
      return [SnapshotId, (await snapshotOf(clients, SnapshotId))?.DataEncryptionKeyId]
    }
    const [first, key] = await dataKeyOf(await createVolume(clients, { Encrypted: true }))
    const [, same] = await dataKeyOf(await createVolume(clients, { SnapshotId: first }))
    const [, other] = await dataKeyOf(await createVolume(clients, { Encrypted: true }))
    const [, none] = await dataKeyOf(await createVolume(clients))
    expect(key).toMatch(/^[0-9a-f-]{36}$/)
    expect([same === key, other === key, none]).toEqual([true, false, undefined])
  })

  test('one that is pending can be deleted', async () => {
    const SnapshotId = await snapshot()
    await clients.ec2.send(new DeleteSnapshotCommand({ SnapshotId }))
    await advance(sandbox, 3600)
    await expect(snapshotOf(clients, SnapshotId)).rejects.toMatchObject({ name: 'InvalidSnapshot.NotFound' })
  })

  test.each([
    ['an Outpost', { OutpostArn: 'arn:aws:outposts:us-east-1:1:outpost/op-1' }],
    ['a Local Zone', { Location: 'local' as const }]
  ])('refuses to make one in %s', async (_, change) => {
    const VolumeId = await createVolume(clients)
    const asked = clients.ec2.send(new CreateSnapshotCommand({ VolumeId, ...change }))
    await expect(asked).rejects.toMatchObject({ name: 'UnsupportedOperation' })
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshots.html
describe('CreateSnapshots', () => {
  async function instance(): Promise<{ InstanceId: string; root: string; data: string }> {
    const InstanceId = await launched(sandbox, clients, 'stopped')
    const [root = ''] = await volumeIdsOf(clients, InstanceId)
    const data = await createVolume(clients, { Size: 2 })
    await settle(sandbox)
    await clients.ec2.send(new AttachVolumeCommand({ InstanceId, VolumeId: data, Device: '/dev/sdf' }))
    await settle(sandbox)
    return { InstanceId, root, data }
  }

  async function make(change: CreateSnapshotsRequest) {
    const { Snapshots = [] } = await clients.ec2.send(new CreateSnapshotsCommand(change))
    return Snapshots
  }

  test('makes one of each volume, at one time, with the description and tags that were given', async () => {
    const { InstanceId, root, data } = await instance()
    const Tags = [{ Key: 'kind', Value: 'nightly' }]
    const made = await make({
      InstanceSpecification: { InstanceId },
      Description: 'all',
      TagSpecifications: [{ ResourceType: 'snapshot', Tags }]
    })
    expect(new Set(made.map(({ VolumeId }) => VolumeId))).toEqual(new Set([root, data]))
    expect(new Set(made.map(({ StartTime }) => StartTime?.getTime())).size).toBe(1)
    for (const each of made) expect(each).toMatchObject({ State: 'pending', Description: 'all', Tags })
    await advance(sandbox, 3600)
    const { State } = (await snapshotOf(clients, made[0]?.SnapshotId ?? '')) ?? {}
    expect(State).toBe('completed')
  })

  test('leaves out the root volume, or data volumes, where asked', async () => {
    const { InstanceId, root, data } = await instance()
    const withoutRoot = await make({ InstanceSpecification: { InstanceId, ExcludeBootVolume: true } })
    expect(withoutRoot.map(({ VolumeId }) => VolumeId)).toEqual([data])
    const withoutData = await make({ InstanceSpecification: { InstanceId, ExcludeDataVolumeIds: [data] } })
    expect(withoutData.map(({ VolumeId }) => VolumeId)).toEqual([root])
  })

  test("copies the volumes' tags where asked; those of the request win", async () => {
    const { InstanceId, data } = await instance()
    const Tags = [
      { Key: 'kind', Value: 'data' },
      { Key: 'own', Value: 'volume' }
    ]
    await clients.ec2.send(new CreateTagsCommand({ Resources: [data], Tags }))
    const [made] = await make({
      InstanceSpecification: { InstanceId, ExcludeBootVolume: true },
      CopyTagsFromSource: 'volume',
      TagSpecifications: [{ ResourceType: 'snapshot', Tags: [{ Key: 'own', Value: 'request' }] }]
    })
    const expected = [
      { Key: 'kind', Value: 'data' },
      { Key: 'own', Value: 'request' }
    ]
    expect(made?.Tags).toEqual(expected)
  })

  test.each([
    ['an unknown instance', () => ({ InstanceId: 'i-0123456789abcdef0' }), 'InvalidInstanceID.NotFound'],
    [
      'the root volume among the excluded data volumes',
      ({ root }) => ({ ExcludeDataVolumeIds: [root] }),
      'InvalidParameterValue'
    ],
    [
      'an excluded volume of another instance',
      () => ({ ExcludeDataVolumeIds: ['vol-0123456789abcdef0'] }),
      'InvalidParameterValue'
    ],
    [
      'no volume that is left',
      ({ data }) => ({ ExcludeBootVolume: true, ExcludeDataVolumeIds: [data] }),
      'InvalidParameterValue'
    ]
  ] as [string, (of: { root: string; data: string }) => object, string][])('refuses %s', async (_, change, name) => {
    const { InstanceId, ...volumes } = await instance()
    const asked = make({ InstanceSpecification: { InstanceId, ...change(volumes) } })
    await expect(asked).rejects.toMatchObject({ name })
  })
})
