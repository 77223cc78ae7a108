import type { FastSnapshotRestoreStateCode } from '@aws-sdk/client-ec2'
import type { Call } from '../../handler.ts'
import type { SnapshotRecord } from '../../world/records.ts'
import type { Transition } from '../../world/transition.ts'
import type { FastRestoreRecord } from './fast-restore-record.ts'

const OPTIMIZING_SECONDS_PER_GIB = 3600 / 1024
const ASKED = 'Client.UserInitiated'
const FOLLOWED = 'Client.UserInitiated - Lifecycle state transition'

const TIME_OF = {
  enabling: 'EnablingTime',
  optimizing: 'OptimizingTime',
  enabled: 'EnabledTime',
  disabling: 'DisablingTime',
  disabled: 'DisabledTime'
} as const satisfies Record<FastSnapshotRestoreStateCode, keyof FastRestoreRecord['item']>

/** What a state comes to by itself. */
const NEXT: Partial<Record<FastSnapshotRestoreStateCode, FastSnapshotRestoreStateCode>> = {
  enabling: 'optimizing',
  optimizing: 'enabled',
  disabling: 'disabled'
}

/** Enables fast restore; where it is enabled or about to be, nothing changes. */
export function enableFastRestore(
  { snapshot }: SnapshotRecord,
  AvailabilityZone: string,
  { region, world, account, now }: Call
): FastRestoreRecord {
  const key = `${snapshot.SnapshotId}/${AvailabilityZone}/${account}`
  const before = region.fastRestores.get(key)
  if (before && before.item.State !== 'disabling' && before.item.State !== 'disabled') return before
  const item = { SnapshotId: snapshot.SnapshotId, AvailabilityZone, OwnerId: account }
  const record: FastRestoreRecord = { ownerId: account, tags: new Map(), item }
  enter(record, 'enabling', ASKED, now)
  region.fastRestores.set(key, record)
  world.after('fastRestore', progressing, { region: region.name, key, from: 'enabling', since: now })
  return record
}

export function disableFastRestore(record: FastRestoreRecord, { region, world, now }: Call): FastRestoreRecord {
  const { item } = record
  const key = `${item.SnapshotId}/${item.AvailabilityZone}/${record.ownerId}`
  enter(record, 'disabling', ASKED, now)
  world.after('fastRestore', progressing, { region: region.name, key, from: 'disabling', since: now })
  return record
}

interface Progress {
  readonly region: string
  readonly key: string
  readonly from: FastSnapshotRestoreStateCode
  /** When it entered that state: it may have left it, and entered it again. */
  readonly since: Date
}

const progressing: Transition<Progress> = {
  name: 'progress of a fast snapshot restore',
  act: (world, { region: name, key, from, since }) => {
    const region = world.usedRegion(name)
    const record = region?.fastRestores.get(key)
    const to = NEXT[from]
    if (!record || !to || record.item.State !== from) return
    if (record.item[TIME_OF[from]]?.getTime() !== since.getTime()) return
    const now = world.clock.now()
    enter(record, to, FOLLOWED, now)
    if (to !== 'optimizing') return
    const sizeGiB = region?.snapshots.get(record.item.SnapshotId)?.snapshot.VolumeSize ?? 0
    world.after(sizeGiB * OPTIMIZING_SECONDS_PER_GIB, progressing, { region: name, key, from: to, since: now })
  }
}

function enter({ item }: FastRestoreRecord, State: FastSnapshotRestoreStateCode, why: string, now: Date): void {
  Object.assign(item, { State, StateTransitionReason: why, [TIME_OF[State]]: now })
}

export const fastRestoreTransitions = [progressing]
