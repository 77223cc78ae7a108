import {
  CopySnapshotCommand,
  CreateVolumeCommand,
  DescribeFastSnapshotRestoresCommand,
  DescribeSnapshotsCommand,
  DescribeSnapshotTierStatusCommand,
  EnableFastSnapshotRestoresCommand,
  ModifySnapshotAttributeCommand,
  ModifySnapshotTierCommand,
  type ModifySnapshotTierRequest,
  RestoreSnapshotTierCommand,
  type RestoreSnapshotTierRequest
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { advance, clientsFor, serve, served, useClients } from '../../../support/sandbox.ts'
import { ROOT_SNAPSHOT, seeder } from '../fixture.ts'
import { addImage, addSnapshot } from '../images/own.ts'
import { snapshotIdsOf, snapshotOf } from '../make.ts'

const HOUR_SECONDS = 3600
const DAY_SECONDS = 24 * HOUR_SECONDS

const sandbox = await served(serve({ guests: new HandGuests(), seeder, latencyFactor: 1 }))
const clients = useClients(sandbox)

const own = (change: Parameters<typeof addSnapshot>[2] = {}) =>
  addSnapshot(sandbox, clients.account, { StorageTier: 'standard', ...change })
const archive = (SnapshotId: string, change: Partial<ModifySnapshotTierRequest> = {}) =>
  clients.ec2.send(new ModifySnapshotTierCommand({ SnapshotId, StorageTier: 'archive', ...change }))
const restore = (SnapshotId: string, change: Partial<RestoreSnapshotTierRequest>) =>
  clients.ec2.send(new RestoreSnapshotTierCommand({ SnapshotId, ...change }))

/** It can take up to 72 hours. */
const moved = () => advance(sandbox, 72 * HOUR_SECONDS)

async function archived(): Promise<string> {
  const id = own()
  await archive(id)
  await moved()
  return id
}

const tierOf = async (id: string) => (await snapshotOf(clients, id))?.StorageTier
async function statusOf(id: string) {
  const Filters = [{ Name: 'snapshot-id', Values: [id] }]
  const answer = await clients.ec2.send(new DescribeSnapshotTierStatusCommand({ Filters }))
  return answer.SnapshotTierStatuses?.[0]
}

// https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-archive-considerations.html
describe('archiving', () => {
  test('takes its time; then the snapshot cannot be used until it is restored', async () => {
    const SnapshotId = own()
    expect(await archive(SnapshotId)).toMatchObject({ SnapshotId, TieringStartTime: expect.any(Date) })
    expect(await tierOf(SnapshotId)).toBe('standard')
    await advance(sandbox, 36 * HOUR_SECONDS)
    const halfway = { LastTieringOperationStatus: 'archival-in-progress', LastTieringProgress: 50 }
    expect(await statusOf(SnapshotId)).toMatchObject(halfway)
    await advance(sandbox, 36 * HOUR_SECONDS)
    expect(await tierOf(SnapshotId)).toBe('archive')
    const done = { LastTieringOperationStatus: 'archival-completed', ArchivalCompleteTime: expect.any(Date) }
    expect(await statusOf(SnapshotId)).toMatchObject({ ...done, LastTieringProgress: 100, StorageTier: 'archive' })
    const volume = clients.ec2.send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', SnapshotId }))
    await expect(volume).rejects.toMatchObject({ name: 'IncorrectState' })
    const sharing = { SnapshotId, CreateVolumePermission: { Add: [{ UserId: '111111111111' }] } }
    const shared = clients.ec2.send(new ModifySnapshotAttributeCommand(sharing))
    await expect(shared).rejects.toMatchObject({ name: 'IncorrectState' })
    const copy = new CopySnapshotCommand({ SourceRegion: 'us-east-1', SourceSnapshotId: SnapshotId })
    await expect(clients.ec2.send(copy)).rejects.toMatchObject({ name: 'IncorrectState' })
  })

  test('those that it is shared with lose it', async () => {
    const stranger = clientsFor(sandbox.url)
    const SnapshotId = own()
    const CreateVolumePermission = { Add: [{ UserId: stranger.account }] }
    await clients.ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId, CreateVolumePermission }))
    const seen = () => stranger.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [SnapshotId] }))
    await seen()
    await archive(SnapshotId)
    await moved()
    await expect(seen()).rejects.toMatchObject({ name: 'InvalidSnapshot.NotFound' })
  })

  test('disables fast snapshot restore', async () => {
    const id = own()
    const input = { SourceSnapshotIds: [id], AvailabilityZones: ['us-east-1a'] }
    await clients.ec2.send(new EnableFastSnapshotRestoresCommand(input))
    await archive(id)
    await moved()
    const { FastSnapshotRestores } = await clients.ec2.send(new DescribeFastSnapshotRestoresCommand({}))
    expect(FastSnapshotRestores).toMatchObject([{ SnapshotId: id, State: 'disabled' }])
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/disable-an-ami.html
  test('is for snapshots of images only after all their images are disabled', async () => {
    const { image } = addImage(sandbox, clients.account, { snapshot: { StorageTier: 'standard' } })
    const [id = ''] = snapshotIdsOf(image)
    await expect(archive(id)).rejects.toMatchObject({ name: 'InvalidSnapshot.InUse' })
    image.State = 'disabled'
    await archive(id)
    expect(await statusOf(id)).toMatchObject({ LastTieringOperationStatus: 'archival-in-progress' })
  })

  test.each([
    ['one that is pending', () => own({ State: 'pending' }), {}, 'IncorrectState'],
    ["someone else's", () => ROOT_SNAPSHOT, {}, 'AuthFailure'],
    ['another tier', () => own(), { StorageTier: 'standard' as 'archive' }, 'InvalidParameterValue'],
    ['no tier', () => own(), { StorageTier: undefined }, 'MissingParameter'],
    ['a dry run', () => own(), { DryRun: true }, 'DryRunOperation']
  ])('refuses %s', async (_, idOf, change, name) => {
    await expect(archive(idOf(), change)).rejects.toMatchObject({ name })
  })

  test('refuses one that is being archived, or is archived', async () => {
    const id = own()
    await archive(id)
    await expect(archive(id)).rejects.toMatchObject({ name: 'IncorrectState' })
    await moved()
    await expect(archive(id)).rejects.toMatchObject({ name: 'IncorrectState' })
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RestoreSnapshotTier.html
describe('restoring', () => {
  test('for good: the snapshot is as it was', async () => {
    const SnapshotId = await archived()
    expect(await restore(SnapshotId, { PermanentRestore: true })).toMatchObject({ IsPermanentRestore: true })
    expect(await tierOf(SnapshotId)).toBe('archive')
    await moved()
    expect(await tierOf(SnapshotId)).toBe('standard')
    expect(await statusOf(SnapshotId)).toMatchObject({ LastTieringOperationStatus: 'permanent-restore-completed' })
    await clients.ec2.send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', SnapshotId }))
  })

  test('for some days: it can be used until then, and goes back into the archive by the clock', async () => {
    const id = await archived()
    expect(await restore(id, { TemporaryRestoreDays: 2 })).toMatchObject({ RestoreDuration: 2 })
    await moved()
    const expiry = new Date(sandbox.world.clock.now().getTime() + 2 * DAY_SECONDS * 1000)
    const { StorageTier, RestoreExpiryTime } = (await snapshotOf(clients, id)) ?? {}
    expect(StorageTier).toBe('standard')
    expect(Math.abs((RestoreExpiryTime?.getTime() ?? 0) - expiry.getTime())).toBeLessThan(60_000)
    await advance(sandbox, 2 * DAY_SECONDS)
    expect(await tierOf(id)).toBe('archive')
  })

  test('the period of a temporary restore can be changed, and the restore made permanent', async () => {
    const [longer, forGood] = [await archived(), await archived()]
    for (const id of [longer, forGood]) await restore(id, { TemporaryRestoreDays: 1 })
    await moved()
    await restore(longer, { TemporaryRestoreDays: 5 })
    await restore(forGood, { PermanentRestore: true })
    await advance(sandbox, 4 * DAY_SECONDS)
    expect(await tierOf(longer)).toBe('standard')
    await advance(sandbox, 9 * DAY_SECONDS)
    expect([await tierOf(longer), await tierOf(forGood)]).toEqual(['archive', 'standard'])
    expect(await snapshotOf(clients, forGood)).not.toHaveProperty('RestoreExpiryTime')
  })

  test.each([
    ['neither days nor for good', {}, 'MissingParameter'],
    ['days and for good', { TemporaryRestoreDays: 1, PermanentRestore: true }, 'InvalidParameterCombination'],
    ['more than 180 days', { TemporaryRestoreDays: 181 }, 'InvalidParameterValue'],
    ['a dry run', { PermanentRestore: true, DryRun: true }, 'DryRunOperation']
  ])('refuses %s', async (_, change, name) => {
    await expect(restore(await archived(), change)).rejects.toMatchObject({ name })
  })

  test('refuses one that is not archived', async () => {
    await expect(restore(own(), { PermanentRestore: true })).rejects.toMatchObject({ name: 'IncorrectState' })
  })
})
