import type { DeregisterImageRequest, DeregisterImageResult, SnapshotReturnCodes } from '@aws-sdk/client-ec2'
import { missingParameter } from '../../errors.ts'
import type { Call, Handler } from '../../handler.ts'
import { stopDryRun } from '../dryrun.ts'
import { findOwnImage } from '../image-access.ts'
import { imagesUsing, removeSnapshot } from '../snapshots/handlers.ts'
import { checkUnprotected } from './protection.ts'

/**
 * Deregisters an image; with DeleteAssociatedSnapshots also those of its snapshots that no other image stands on, with
 * a return code for each.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeregisterImage.html
 */
export const deregisterImage: Handler<DeregisterImageRequest, DeregisterImageResult> = async (input, call) => {
  if (!input.ImageId) throw missingParameter('ImageId')
  const record = findOwnImage(input.ImageId, call)
  checkUnprotected(record, call.now)
  stopDryRun(input)
  const { image } = record
  call.region.images.delete(image.ImageId)
  if (!input.DeleteAssociatedSnapshots) return { Return: true }
  const ids = (image.BlockDeviceMappings ?? []).flatMap(({ Ebs: ebs }) => (ebs?.SnapshotId ? [ebs.SnapshotId] : []))
  const DeleteSnapshotResults = await Promise.all(
    [...new Set(ids)].map(async SnapshotId => ({ SnapshotId, ReturnCode: await deleteAssociated(SnapshotId, call) }))
  )
  return { Return: true, DeleteSnapshotResults }
}

async function deleteAssociated(id: string, call: Call): Promise<SnapshotReturnCodes> {
  const snapshot = call.region.snapshots.get(id)
  if (snapshot?.ownerId !== call.account) return 'missing-permissions'
  if (imagesUsing(id, call).length > 0) return 'skipped'
  await removeSnapshot(snapshot, call)
  return 'success'
}
