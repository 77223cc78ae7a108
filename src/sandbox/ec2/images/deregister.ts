import type { DeregisterImageRequest, DeregisterImageResult, SnapshotReturnCodes } from '@aws-sdk/client-ec2'
import { missingParameter } from '../../errors.ts'
import type { Call, Handler } from '../../handler.ts'
import { stopDryRun } from '../dryrun.ts'
import { findOwnImage } from '../image-access.ts'
import { recycleImage } from '../recycle-bin/recycle.ts'
import { removeSnapshot } from '../snapshots/delete.ts'
import { imagesUsing } from '../snapshots/images-using.ts'
import { lockState } from '../snapshots/lock-state.ts'
import { removeImage } from './known-image.ts'
import { checkUnprotected } from './protection.ts'

/**
 * Deregisters an image; with DeleteAssociatedSnapshots it also deletes those of its snapshots that no other image
 * stands on, with a return code for each. Image and snapshots go to the Recycle Bin where a rule says so.
 *
 * @lacks images that AWS Backup manages
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeregisterImage.html
 */
export const deregisterImage: Handler<DeregisterImageRequest, DeregisterImageResult> = async (input, call) => {
  if (!input.ImageId) throw missingParameter('ImageId')
  const record = findOwnImage(input.ImageId, call)
  checkUnprotected(record, call.now)
  stopDryRun(input)
  const { image } = record
  if (!recycleImage(record, call)) removeImage(record, call)
  if (!input.DeleteAssociatedSnapshots) return { Return: true }
  const ids = (image.BlockDeviceMappings ?? []).flatMap(({ Ebs: ebs }) => (ebs?.SnapshotId ? [ebs.SnapshotId] : []))
  const DeleteSnapshotResults = await Promise.all(
    [...new Set(ids)].map(async SnapshotId => ({ SnapshotId, ReturnCode: await deleteAssociated(SnapshotId, call) }))
  )
  return { Return: true, DeleteSnapshotResults }
}

/**
 * Another's snapshot that was shared is its owner's to delete, one that another image stands on stays, and a locked one
 * can be deleted by nobody.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSnapshotReturnCode.html
 */
async function deleteAssociated(id: string, call: Call): Promise<SnapshotReturnCodes> {
  const record = call.region.snapshots.get(id)
  if (record?.ownerId !== call.account || call.mayOn?.('ec2:DeleteSnapshot', id) === false) return 'missing-permissions'
  if (imagesUsing(id, call).length > 0) return 'skipped'
  const { lock, snapshot } = record
  if (lock && lockState(lock, snapshot.CompletionTime, call.now) !== 'expired') return 'client-error'
  await removeSnapshot(record, call)
  return 'success'
}
