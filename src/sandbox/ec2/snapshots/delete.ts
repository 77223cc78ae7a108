import type { DeleteSnapshotRequest } from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../../errors.ts'
import type { Call, Handler } from '../../handler.ts'
import type { SnapshotRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { deleteUnusedLayers } from '../layers.ts'
import { recycleSnapshot } from '../recycle-bin/recycle.ts'
import { findOwnSnapshot } from './access.ts'
import { disableFastRestores } from './fast-restore.ts'
import { imagesUsing } from './images-using.ts'
import { checkUnlocked } from './lock.ts'

/**
 * Deletes a snapshot, or moves it into the Recycle Bin if a retention rule matches. One that a registered image stands
 * on, be it deprecated or disabled, and a locked one stay.
 *
 * @lacks snapshots that AWS Backup manages
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSnapshot.html
 */
export const deleteSnapshot: Handler<DeleteSnapshotRequest, undefined> = async (input, call) => {
  if (!input.SnapshotId) throw missingParameter('SnapshotId')
  const record = findOwnSnapshot(input.SnapshotId, call)
  const user = imagesUsing(input.SnapshotId, call)[0]
  if (user) {
    throw new ServiceError('InvalidSnapshot.InUse', `The snapshot ${input.SnapshotId} is currently in use by ${user}`)
  }
  checkUnlocked(record, call.now)
  stopDryRun(input)
  await removeSnapshot(record, call)
  return undefined
}

/** Moves a snapshot into the Recycle Bin, or deletes it and the layers that only it stood on. */
export async function removeSnapshot(record: SnapshotRecord, call: Call): Promise<void> {
  disableFastRestores(record, call)
  if (recycleSnapshot(record, call)) return
  call.region.snapshots.delete(record.snapshot.SnapshotId)
  await deleteUnusedLayers(call.world, record.layers)
}
