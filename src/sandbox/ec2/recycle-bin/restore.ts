import type {
  RestoreImageFromRecycleBinRequest,
  RestoreImageFromRecycleBinResult,
  RestoreSnapshotFromRecycleBinRequest,
  RestoreSnapshotFromRecycleBinResult
} from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../../errors.ts'
import type { Call, Handler, Handlers } from '../../handler.ts'
import type { ImageRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { checkImageName } from '../images/image-name.ts'
import { find } from '../lookup.ts'
import { describeSnapshot } from '../snapshots/answer.ts'
import { isOf, listImagesInRecycleBin, listSnapshotsInRecycleBin } from './list.ts'
import { IN_BIN_TAG } from './recycle.ts'

/**
 * Takes an image out of the Recycle Bin, with its tags, and shared as it was. Its snapshots must have been restored
 * before it, and its name must be free.
 *
 * @lacks the code of the error where snapshots are missing is EC2's general one: no document names it
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RestoreImageFromRecycleBin.html
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/recycle-bin-considerations.html
 */
const restoreImage: Handler<RestoreImageFromRecycleBinRequest, RestoreImageFromRecycleBinResult> = (input, call) => {
  const { ImageId: id } = input
  if (!id) throw missingParameter('ImageId')
  const { kept } = find('image', id, call.region.recycledImages, isOf(call.account))
  checkSnapshots(kept, call)
  checkImageName(kept.image.Name ?? '', call)
  stopDryRun(input)
  kept.tags.delete(IN_BIN_TAG)
  call.region.recycledImages.delete(id)
  call.region.images.set(id, kept)
  return { Return: true }
}

function checkSnapshots({ image }: ImageRecord, { region }: Call): void {
  const ids = (image.BlockDeviceMappings ?? []).flatMap(({ Ebs: ebs }) => ebs?.SnapshotId ?? [])
  const missing = ids.filter(id => region.snapshots.get(id)?.snapshot.State !== 'completed')
  if (missing.length === 0) return
  const sentence = `The image ${image.ImageId} cannot be restored before its snapshots: ${missing.join(', ')}`
  throw new ServiceError('IncorrectState', sentence)
}

/**
 * Takes a snapshot out of the Recycle Bin, with its tags, and shared as it was.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RestoreSnapshotFromRecycleBin.html
 */
const restoreSnapshot: Handler<RestoreSnapshotFromRecycleBinRequest, RestoreSnapshotFromRecycleBinResult> = (
  input,
  call
) => {
  const { SnapshotId: id } = input
  if (!id) throw missingParameter('SnapshotId')
  const { kept } = find('snapshot', id, call.region.recycledSnapshots, isOf(call.account))
  stopDryRun(input)
  kept.tags.delete(IN_BIN_TAG)
  call.region.recycledSnapshots.delete(id)
  call.region.snapshots.set(id, kept)
  return describeSnapshot(kept, call)
}

export const recycleBinHandlers = {
  ListImagesInRecycleBin: listImagesInRecycleBin,
  ListSnapshotsInRecycleBin: listSnapshotsInRecycleBin,
  RestoreImageFromRecycleBin: restoreImage,
  RestoreSnapshotFromRecycleBin: restoreSnapshot
} satisfies Handlers
