import type { LockState } from '@aws-sdk/client-ec2'

const MS_PER_DAY = 86_400_000

/** A snapshot's lock as it was asked for; what it comes to depends on the time. */
export interface SnapshotLock {
  readonly mode: 'governance' | 'compliance'
  readonly createdOn: Date
  readonly days: number
  /** Where it was locked until a date, and not for a number of days. */
  readonly until?: Date | undefined
  readonly coolOffHours?: number | undefined
  readonly coolOffUntil?: Date | undefined
}

/** When the duration of a lock starts: not before its snapshot is completed; undefined until then. */
export function lockStart({ createdOn }: SnapshotLock, completedAt: Date | undefined): Date | undefined {
  if (!completedAt) return undefined
  return completedAt > createdOn ? completedAt : createdOn
}

/** When a lock ends; undefined while its duration has not started. */
export function lockEnd(lock: SnapshotLock, completedAt: Date | undefined): Date | undefined {
  const start = lockStart(lock, completedAt)
  return lock.until ?? (start && new Date(start.getTime() + lock.days * MS_PER_DAY))
}

/** @see https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-lock-concepts.html (Lock state) */
export function lockState(lock: SnapshotLock, completedAt: Date | undefined, now: Date): LockState {
  const end = lockEnd(lock, completedAt)
  if (end && end <= now) return 'expired'
  if (lock.mode === 'governance') return 'governance'
  return lock.coolOffUntil && lock.coolOffUntil > now ? 'compliance-cooloff' : 'compliance'
}
