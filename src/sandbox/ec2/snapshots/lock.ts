import type {
  LockSnapshotRequest,
  LockSnapshotResult,
  UnlockSnapshotRequest,
  UnlockSnapshotResult
} from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../../errors.ts'
import type { Handler } from '../../handler.ts'
import type { SnapshotRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { findOwnSnapshot } from './access.ts'
import { readLock } from './lock-request.ts'
import { lockEnd, lockStart, lockState } from './lock-state.ts'

/**
 * Locks a snapshot against being deleted, or changes its lock: freely in governance mode and in the cooling-off period
 * of compliance mode; after that it can only be made to last longer.
 *
 * @lacks the error codes are EC2's general ones: no document names those of locks
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LockSnapshot.html
 */
export const lockSnapshot: Handler<LockSnapshotRequest, LockSnapshotResult> = (input, call) => {
  if (!input.SnapshotId) throw missingParameter('SnapshotId')
  const lock = readLock(input, call.now)
  const record = findOwnSnapshot(input.SnapshotId, call)
  if (record.snapshot.State === 'error') {
    throw new ServiceError('IncorrectState', `${input.SnapshotId} is neither 'pending' nor 'completed'.`)
  }
  const earlier = record.lock && lockStateOf(record, call.now) !== 'expired' ? record.lock : undefined
  const changed = { ...lock, ...(earlier && { createdOn: earlier.createdOn }) }
  if (lockStateOf(record, call.now) === 'compliance') checkExtends(record, changed)
  stopDryRun(input)
  record.lock = changed
  return describeLock(record, call.now)
}

/** After the cooling-off period a lock of compliance mode can only last longer. */
function checkExtends(record: SnapshotRecord, changed: NonNullable<SnapshotRecord['lock']>): void {
  const { snapshot, lock } = record
  const completed = completionOf(record)
  const [before, after] = [lock && lockEnd(lock, completed), lockEnd(changed, completed)]
  const isLonger = before && after ? after > before : changed.days > (lock?.days ?? 0)
  if (changed.mode === 'compliance' && changed.coolOffHours === undefined && isLonger) return
  const sentence = `The lock of ${snapshot.SnapshotId} is in compliance mode: it can only be extended, without a cooling-off period`
  throw new ServiceError('OperationNotPermitted', sentence)
}

/**
 * Ends a lock of governance mode, or one of compliance mode in its cooling-off period.
 *
 * @lacks the error codes are EC2's general ones: no document names those of locks
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnlockSnapshot.html
 */
export const unlockSnapshot: Handler<UnlockSnapshotRequest, UnlockSnapshotResult> = (input, call) => {
  if (!input.SnapshotId) throw missingParameter('SnapshotId')
  const record = findOwnSnapshot(input.SnapshotId, call)
  const state = lockStateOf(record, call.now)
  if (state === undefined || state === 'expired') {
    throw new ServiceError('IncorrectState', `The snapshot ${input.SnapshotId} is not locked`)
  }
  if (state === 'compliance') {
    const sentence = `The snapshot ${input.SnapshotId} is locked in compliance mode, and its cooling-off period is over`
    throw new ServiceError('OperationNotPermitted', sentence)
  }
  stopDryRun(input)
  record.lock = undefined
  return { SnapshotId: input.SnapshotId }
}

/** Refuses to delete a locked snapshot. Errors: OperationNotPermitted. */
export function checkUnlocked(record: SnapshotRecord, now: Date): void {
  const state = lockStateOf(record, now)
  if (state === undefined || state === 'expired') return
  const sentence = `The snapshot ${record.snapshot.SnapshotId} is locked (${state}) and cannot be deleted`
  throw new ServiceError('OperationNotPermitted', sentence)
}

/** A snapshot's lock as EC2 answers it. */
export function describeLock(record: SnapshotRecord, now: Date): LockSnapshotResult {
  const { lock, snapshot } = record
  if (!lock) return { SnapshotId: snapshot.SnapshotId }
  const start = lockStart(lock, completionOf(record))
  const end = lockEnd(lock, completionOf(record))
  return {
    SnapshotId: snapshot.SnapshotId,
    LockState: lockState(lock, completionOf(record), now),
    LockDuration: lock.days,
    CoolOffPeriod: lock.coolOffHours,
    CoolOffPeriodExpiresOn: lock.coolOffUntil,
    LockCreatedOn: lock.createdOn,
    LockDurationStartTime: start,
    LockExpiresOn: end
  }
}

const lockStateOf = (record: SnapshotRecord, now: Date) =>
  record.lock && lockState(record.lock, completionOf(record), now)

/** When a snapshot was completed; undefined while it is not. What a vendor published was complete at once. */
const completionOf = ({ snapshot }: SnapshotRecord): Date | undefined =>
  snapshot.State === 'completed' ? (snapshot.CompletionTime ?? snapshot.StartTime) : undefined
