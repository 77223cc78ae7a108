import type {
  ModifySnapshotTierRequest,
  ModifySnapshotTierResult,
  RestoreSnapshotTierRequest,
  RestoreSnapshotTierResult
} from '@aws-sdk/client-ec2'
import { invalidValue, missingParameter, ServiceError } from '../../errors.ts'
import type { Call, Handler } from '../../handler.ts'
import type { SnapshotRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { findOwnSnapshot } from './access.ts'
import { disableFastRestores } from './fast-restore.ts'
import { recordsUsing } from './images-using.ts'
import { completingTier, expireRestore } from './tier-life.ts'

const MOST_DAYS = 180

/**
 * Moves a completed snapshot into the archive, where it cannot be used. Images that stand on it must be disabled.
 *
 * @lacks the quotas of archived and of concurrent archivals
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySnapshotTier.html
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-archive-considerations.html
 */
export const modifySnapshotTier: Handler<ModifySnapshotTierRequest, ModifySnapshotTierResult> = (input, call) => {
  if (!input.SnapshotId) throw missingParameter('SnapshotId')
  if (!input.StorageTier) throw missingParameter('StorageTier')
  if (input.StorageTier !== 'archive') throw invalidValue('StorageTier', input.StorageTier, 'archive')
  const record = findOwnSnapshot(input.SnapshotId, call)
  checkArchivable(record, call)
  stopDryRun(input)
  disableFastRestores(record, call)
  startTiering(record, { status: 'archival-in-progress' }, call)
  return { SnapshotId: input.SnapshotId, TieringStartTime: call.now }
}

function checkArchivable(record: SnapshotRecord, call: Call): void {
  const { SnapshotId: id, State: state, StorageTier: tier, RestoreExpiryTime: expiry } = record.snapshot
  if (state !== 'completed') throw incorrectState(`${id} is not 'completed'.`)
  checkAtRest(record)
  if (tier === 'archive' || expiry) throw incorrectState(`${id} is archived already.`)
  const user = recordsUsing(id, call).find(({ image }) => image.State !== 'disabled')
  if (!user) return
  const sentence = `The snapshot ${id} is currently in use by ${user.image.ImageId}, which is not disabled`
  throw new ServiceError('InvalidSnapshot.InUse', sentence)
}

/**
 * Takes a snapshot out of the archive, for some days or for good, or changes for how long it is out.
 *
 * @lacks the quota of concurrent restores
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RestoreSnapshotTier.html
 */
export const restoreSnapshotTier: Handler<RestoreSnapshotTierRequest, RestoreSnapshotTierResult> = (input, call) => {
  if (!input.SnapshotId) throw missingParameter('SnapshotId')
  const days = readDays(input)
  const record = findOwnSnapshot(input.SnapshotId, call)
  const { StorageTier: tier, RestoreExpiryTime: expiry } = record.snapshot
  checkAtRest(record)
  if (tier !== 'archive' && !expiry) throw incorrectState(`${input.SnapshotId} is not archived.`)
  stopDryRun(input)
  const status = days === undefined ? 'permanent-restore-in-progress' : 'temporary-restore-in-progress'
  if (expiry && days !== undefined) expireRestore(record, days, call.world, call.region.name)
  else startTiering(record, { status, restoreDays: days }, call)
  return {
    SnapshotId: input.SnapshotId,
    RestoreStartTime: call.now,
    RestoreDuration: days,
    IsPermanentRestore: days === undefined
  }
}

/** For how many days; undefined for good. */
function readDays({ TemporaryRestoreDays: days, PermanentRestore: forGood = false }: RestoreSnapshotTierRequest) {
  if (forGood && days !== undefined) {
    const sentence = 'Specify TemporaryRestoreDays or PermanentRestore, not both'
    throw new ServiceError('InvalidParameterCombination', sentence)
  }
  if (forGood) return undefined
  if (days === undefined) throw missingParameter('TemporaryRestoreDays')
  if (Number.isInteger(days) && days >= 1 && days <= MOST_DAYS) return days
  throw invalidValue('TemporaryRestoreDays', String(days), `a whole number from 1 to ${MOST_DAYS}`)
}

/** A move between the tiers that has begun can be neither cancelled nor joined by another. */
function checkAtRest({ snapshot, tiering }: SnapshotRecord): void {
  if (!tiering?.status.endsWith('-in-progress')) return
  throw incorrectState(`${snapshot.SnapshotId} is being moved between the storage tiers: ${tiering.status}.`)
}

function startTiering(
  record: SnapshotRecord,
  move: Pick<NonNullable<SnapshotRecord['tiering']>, 'status' | 'restoreDays'>,
  { world, region, now }: Call
): void {
  const data = { region: region.name, snapshotId: record.snapshot.SnapshotId }
  const completesAt = world.after('tier', completingTier, data)
  record.tiering = { ...move, startedAt: now, completesAt, archivedAt: record.tiering?.archivedAt }
}

const incorrectState = (sentence: string): ServiceError => new ServiceError('IncorrectState', sentence)
