import type { SnapshotRecord } from '../../world/records.ts'
import type { Transition } from '../../world/transition.ts'
import type { World } from '../../world/world.ts'
import { findAnywhere } from './make-snapshot.ts'

const MS_PER_DAY = 86_400_000

interface SnapshotName {
  readonly region: string
  readonly snapshotId: string
}

/** Ends the move that is under way. */
export const completingTier: Transition<SnapshotName> = {
  name: 'move a snapshot to another storage tier',
  act: (world, { region: name, snapshotId }) => {
    const region = world.usedRegion(name)
    const record = region && findAnywhere(region, snapshotId)
    if (!record?.tiering?.status.endsWith('-in-progress')) return
    const { tiering, snapshot } = record
    const now = world.clock.now()
    const isArchival = tiering.status === 'archival-in-progress'
    snapshot.StorageTier = isArchival ? 'archive' : 'standard'
    snapshot.RestoreExpiryTime = undefined
    if (isArchival) tiering.archivedAt = now
    if (tiering.restoreDays !== undefined) expireRestore(record, tiering.restoreDays, world, name)
    tiering.completesAt = undefined
    tiering.status = COMPLETED[tiering.status] ?? tiering.status
  }
}

const COMPLETED: Readonly<Record<string, NonNullable<SnapshotRecord['tiering']>['status']>> = {
  'archival-in-progress': 'archival-completed',
  'permanent-restore-in-progress': 'permanent-restore-completed',
  'temporary-restore-in-progress': 'temporary-restore-completed'
}

/** Lets a restored snapshot go back into the archive some days from now. */
export function expireRestore(record: SnapshotRecord, days: number, world: World, region: string): void {
  const { snapshot } = record
  const ms = days * MS_PER_DAY
  const expiry = new Date(world.clock.now().getTime() + ms)
  snapshot.RestoreExpiryTime = expiry
  world.schedule.after(ms, expiringRestore, { region, snapshotId: snapshot.SnapshotId, expiry })
}

/** Nothing, where the snapshot has been restored for longer, or for good, meanwhile. */
const expiringRestore: Transition<SnapshotName & { expiry: Date }> = {
  name: 'end the restore of a snapshot',
  act: (world, { region: name, snapshotId, expiry }) => {
    const region = world.usedRegion(name)
    const snapshot = region && findAnywhere(region, snapshotId)?.snapshot
    if (snapshot?.RestoreExpiryTime?.getTime() !== expiry.getTime()) return
    snapshot.StorageTier = 'archive'
    snapshot.RestoreExpiryTime = undefined
  }
}

export const tierTransitions = [completingTier, expiringRestore]
