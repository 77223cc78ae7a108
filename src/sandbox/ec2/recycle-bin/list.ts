import type {
  ListImagesInRecycleBinRequest,
  ListImagesInRecycleBinResult,
  ListSnapshotsInRecycleBinRequest,
  ListSnapshotsInRecycleBinResult
} from '@aws-sdk/client-ec2'
import { invalidValue } from '../../errors.ts'
import type { Handler } from '../../handler.ts'
import { paginate } from '../../world/pages.ts'
import type { Resource } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { select } from '../lookup.ts'
import type { Recycled } from './recycle.ts'

const MOST_IDS = 20

/**
 * Lists the caller's images that are in the Recycle Bin, and when they leave it.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ListImagesInRecycleBin.html
 */
export const listImagesInRecycleBin: Handler<ListImagesInRecycleBinRequest, ListImagesInRecycleBinResult> = (
  input,
  { region, account }
) => {
  const { ImageIds: ids } = input
  if (ids && ids.length > MOST_IDS) throw invalidValue('ImageIds', String(ids.length), `${MOST_IDS} ids at the most`)
  const found = select('image', ids, region.recycledImages, isOf(account))
  const { page, NextToken } = paginate(found, input)
  stopDryRun(input)
  const Images = page.map(({ kept, enteredAt, leavesAt }) => ({
    ImageId: kept.image.ImageId,
    Name: kept.image.Name,
    Description: kept.image.Description,
    RecycleBinEnterTime: enteredAt,
    RecycleBinExitTime: leavesAt
  }))
  return { Images, ...(NextToken && { NextToken }) }
}

/**
 * Lists the caller's snapshots that are in the Recycle Bin, and when they leave it.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ListSnapshotsInRecycleBin.html
 */
export const listSnapshotsInRecycleBin: Handler<ListSnapshotsInRecycleBinRequest, ListSnapshotsInRecycleBinResult> = (
  input,
  { region, account }
) => {
  const found = select('snapshot', input.SnapshotIds, region.recycledSnapshots, isOf(account))
  const { page, NextToken } = paginate(found, input, { min: 5 })
  stopDryRun(input)
  const Snapshots = page.map(({ kept, enteredAt, leavesAt }) => ({
    SnapshotId: kept.snapshot.SnapshotId,
    Description: kept.snapshot.Description,
    VolumeId: kept.snapshot.VolumeId,
    RecycleBinEnterTime: enteredAt,
    RecycleBinExitTime: leavesAt
  }))
  return { Snapshots, ...(NextToken && { NextToken }) }
}

/** Only the owner sees what is in the bin, with whomever it was shared. */
export const isOf =
  (account: string) =>
  ({ kept }: Recycled<Resource>): boolean =>
    kept.ownerId === account
