import type { CopyImageRequest } from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../../errors.ts'
import type { Call } from '../../handler.ts'
import type { ImageRecord } from '../../world/records.ts'
import type { Region } from '../../world/region.ts'
import { canUseImage } from '../image-access.ts'
import { find } from '../lookup.ts'
import { canUseSnapshot, checkUsable } from '../snapshots/access.ts'
import type { CopySource } from '../snapshots/make-copy.ts'
import { sourceRegion } from '../snapshots/source-region.ts'

/** An image that may be copied: its record, its region, and the snapshots that it stands on, by their ids. */
export interface ImageSource {
  readonly region: Region
  readonly record: ImageRecord
  readonly snapshots: ReadonlyMap<string, CopySource>
}

/**
 * The image to copy: available; of the caller's own, or another's that may be copied to this account.
 * Errors: InvalidRegion, InvalidAMIID.*, InvalidRequest.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-ami-copy-works.html (cross-account copying)
 */
export function findImageSource(input: CopyImageRequest, call: Call): ImageSource {
  const { SourceImageId: id, SourceRegion: name } = input
  if (!id) throw missingParameter('SourceImageId')
  if (!name) throw missingParameter('SourceRegion')
  const region = sourceRegion(name, call)
  const record = find('image', id, region.images, image => canUseImage(image, { ...call, region }))
  if (record.image.State !== 'available') {
    const sentence = `The image ID '${id}' is not available: its state is ${record.image.State}`
    throw new ServiceError('InvalidAMIID.Unavailable', sentence)
  }
  if (record.ownerId !== call.account) checkCodes(record)
  return { region, record, snapshots: findSnapshots(record, region, call) }
}

/** What is sold with an image is not copied into another account: Marketplace products, and licences that EC2 bills. */
function checkCodes({ image }: ImageRecord): void {
  if (image.ProductCodes?.length) {
    throw refuse('Images from AWS Marketplace cannot be copied to another AWS account.')
  }
  if ((image.UsageOperation ?? 'RunInstances') !== 'RunInstances') {
    throw refuse('Images with EC2 BillingProduct codes cannot be copied to another AWS account.')
  }
}

/** The right to launch an image is not the right to read its storage: each snapshot must be shared, too. */
function findSnapshots({ image }: ImageRecord, region: Region, { account }: Call): Map<string, CopySource> {
  const ids = (image.BlockDeviceMappings ?? []).flatMap(({ Ebs: ebs }) => ebs?.SnapshotId ?? [])
  const found = new Map<string, CopySource>()
  for (const id of ids) {
    const record = region.snapshots.get(id)
    if (!record || !canUseSnapshot(record, { account, region })) {
      throw refuse('You do not have permission to access the storage of this ami')
    }
    checkUsable(record)
    found.set(id, { region, record })
  }
  return found
}

const refuse = (sentence: string): ServiceError => new ServiceError('InvalidRequest', sentence)
