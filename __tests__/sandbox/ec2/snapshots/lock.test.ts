import {
  CreateSnapshotCommand,
  DeleteSnapshotCommand,
  DescribeLockedSnapshotsCommand,
  type DescribeLockedSnapshotsRequest,
  LockSnapshotCommand,
  type LockSnapshotRequest,
  UnlockSnapshotCommand
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { advance, clientsFor, serve, served, useClients } from '../../../support/sandbox.ts'
import { ROOT_SNAPSHOT, seeder } from '../fixture.ts'
import { addSnapshot } from '../images/own.ts'
import { createVolume, settle, snapshotOf } from '../make.ts'

const HOUR_SECONDS = 3600
const DAY_SECONDS = 24 * HOUR_SECONDS
const DAY_MS = DAY_SECONDS * 1000

const sandbox = await served(serve({ guests: new HandGuests(), seeder, latencyFactor: 1 }))
const clients = useClients(sandbox)

const own = () => addSnapshot(sandbox, clients.account)
const lock = (SnapshotId: string, change: Partial<LockSnapshotRequest>) =>
  clients.ec2.send(new LockSnapshotCommand({ SnapshotId, LockMode: 'governance', ...change }))
const unlock = (SnapshotId: string) => clients.ec2.send(new UnlockSnapshotCommand({ SnapshotId }))
const remove = (SnapshotId: string) => clients.ec2.send(new DeleteSnapshotCommand({ SnapshotId }))
const locked = async (request: DescribeLockedSnapshotsRequest = {}) =>
  (await clients.ec2.send(new DescribeLockedSnapshotsCommand(request))).Snapshots ?? []

const PERMITTED = { name: 'OperationNotPermitted' }

// https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-lock-concepts.html
describe('governance mode', () => {
  test('a locked snapshot cannot be deleted until it is unlocked', async () => {
    const id = own()
    expect(await lock(id, { LockDuration: 7 })).toMatchObject({ LockState: 'governance', LockDuration: 7 })
    await expect(remove(id)).rejects.toMatchObject(PERMITTED)
    await unlock(id)
    expect(await locked()).toEqual([])
    await remove(id)
  })

  test('nor until the lock expires, by the clock', async () => {
    const id = own()
    await lock(id, { LockDuration: 2 })
    await advance(sandbox, DAY_SECONDS)
    await expect(remove(id)).rejects.toMatchObject(PERMITTED)
    await advance(sandbox, DAY_SECONDS)
    expect(await locked()).toMatchObject([{ SnapshotId: id, LockState: 'expired', OwnerId: clients.account }])
    await remove(id)
  })

  test('the lock can be changed in every way, also to one until a date', async () => {
    const id = own()
    const { LockCreatedOn } = await lock(id, { LockDuration: 9 })
    await lock(id, { LockDuration: 1 })
    const ExpirationDate = new Date(sandbox.world.clock.now().getTime() + 3 * DAY_MS)
    await lock(id, { ExpirationDate })
    expect(await locked()).toMatchObject([{ LockExpiresOn: ExpirationDate, LockDuration: 3, LockCreatedOn }])
    expect(await lock(id, { LockMode: 'compliance', LockDuration: 1 })).toMatchObject({ LockState: 'compliance' })
  })
})

describe('compliance mode', () => {
  const compliance = (id: string, change: Partial<LockSnapshotRequest>) =>
    lock(id, { LockMode: 'compliance', ...change })

  test('in its cooling-off period a lock can be ended and changed; not afterwards', async () => {
    const [ended, kept] = [own(), own()]
    for (const id of [ended, kept]) {
      const answer = await compliance(id, { LockDuration: 5, CoolOffPeriod: 3 })
      expect(answer).toMatchObject({ LockState: 'compliance-cooloff', CoolOffPeriod: 3 })
      await expect(remove(id)).rejects.toMatchObject(PERMITTED)
    }
    await unlock(ended)
    await remove(ended)
    await lock(kept, { LockDuration: 5 })
    await compliance(kept, { LockDuration: 4, CoolOffPeriod: 2 })
    await advance(sandbox, 2 * HOUR_SECONDS)
    expect(await locked()).toMatchObject([{ LockState: 'compliance' }])
    await expect(unlock(kept)).rejects.toMatchObject(PERMITTED)
    await expect(remove(kept)).rejects.toMatchObject(PERMITTED)
  })

  test('without a cooling-off period it holds at once, and can only be made to last longer', async () => {
    const id = own()
    expect(await compliance(id, { LockDuration: 5 })).toMatchObject({ LockState: 'compliance' })
    await expect(unlock(id)).rejects.toMatchObject(PERMITTED)
    await expect(compliance(id, { LockDuration: 4 })).rejects.toMatchObject(PERMITTED)
    await expect(compliance(id, { LockDuration: 9, CoolOffPeriod: 1 })).rejects.toMatchObject(PERMITTED)
    await expect(lock(id, { LockDuration: 9 })).rejects.toMatchObject(PERMITTED)
    expect(await compliance(id, { LockDuration: 6 })).toMatchObject({ LockDuration: 6 })
    await advance(sandbox, 6 * DAY_SECONDS)
    await remove(id)
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LockedSnapshotsInfo.html (lockDurationStartTime)
test('the duration of a lock starts when a pending snapshot is completed', async () => {
  const VolumeId = await createVolume(clients)
  await settle(sandbox)
  const { SnapshotId = '' } = await clients.ec2.send(new CreateSnapshotCommand({ VolumeId }))
  const pending = await lock(SnapshotId, { LockDuration: 1 })
  expect(pending).not.toHaveProperty('LockDurationStartTime')
  await advance(sandbox, HOUR_SECONDS)
  const { CompletionTime } = (await snapshotOf(clients, SnapshotId)) ?? {}
  const [{ LockDurationStartTime, LockExpiresOn } = {}] = await locked()
  expect(LockDurationStartTime).toEqual(CompletionTime)
  expect(LockExpiresOn).toEqual(new Date((CompletionTime?.getTime() ?? 0) + DAY_MS))
})

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LockSnapshot.html
describe('LockSnapshot', () => {
  test.each([
    ['no mode', { LockMode: undefined, LockDuration: 1 }, 'MissingParameter'],
    ['an unknown mode', { LockMode: 'strict' as 'governance', LockDuration: 1 }, 'InvalidParameterValue'],
    ['neither duration nor date', {}, 'MissingParameter'],
    ['duration and date', { LockDuration: 1, ExpirationDate: new Date('2040-01-01') }, 'InvalidParameterCombination'],
    ['a date that is over', { ExpirationDate: new Date('2020-01-01') }, 'InvalidParameterValue'],
    ['more than 36,500 days', { LockDuration: 36_501 }, 'InvalidParameterValue'],
    ['a cooling-off period in governance mode', { LockDuration: 1, CoolOffPeriod: 1 }, 'InvalidParameterCombination'],
    [
      'more than 72 hours to cool off',
      { LockMode: 'compliance', LockDuration: 9, CoolOffPeriod: 73 },
      'InvalidParameterValue'
    ],
    ['a dry run', { LockDuration: 1, DryRun: true }, 'DryRunOperation']
  ] as [string, Partial<LockSnapshotRequest>, string][])('refuses %s', async (_, change, name) => {
    await expect(lock(own(), change)).rejects.toMatchObject({ name })
    expect(await locked()).toEqual([])
  })

  test.each([
    ["someone else's snapshot", () => ROOT_SNAPSHOT, 'AuthFailure'],
    ['an unknown one', () => 'snap-0123456789abcdef0', 'InvalidSnapshot.NotFound'],
    ['one that has failed', () => addSnapshot(sandbox, clients.account, { State: 'error' }), 'IncorrectState']
  ])('refuses %s', async (_, idOf, name) => {
    await expect(lock(idOf(), { LockDuration: 1 })).rejects.toMatchObject({ name })
  })
})

test('UnlockSnapshot refuses one that is not locked', async () => {
  await expect(unlock(own())).rejects.toMatchObject({ name: 'IncorrectState' })
})

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLockedSnapshots.html
describe('DescribeLockedSnapshots', () => {
  test('by id and by state, never of other accounts', async () => {
    const [soft, hard] = [own(), own()]
    await lock(soft, { LockDuration: 1 })
    await lock(hard, { LockDuration: 1, LockMode: 'compliance' })
    const ids = async (request: DescribeLockedSnapshotsRequest) =>
      (await locked(request)).map(({ SnapshotId }) => SnapshotId)
    expect(await ids({ SnapshotIds: [soft] })).toEqual([soft])
    expect(await ids({ Filters: [{ Name: 'lock-state', Values: ['compliance'] }] })).toEqual([hard])
    await expect(ids({ MaxResults: 4 })).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    const stranger = await clientsFor(sandbox.url).ec2.send(new DescribeLockedSnapshotsCommand({}))
    expect(stranger.Snapshots ?? []).toEqual([])
  })
})
