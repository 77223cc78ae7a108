import type { LaunchPermission } from '@aws-sdk/client-ec2'
import { ServiceError } from '../../errors.ts'
import type { Call } from '../../handler.ts'
import type { ImageRecord, SnapshotRecord } from '../../world/records.ts'
import { AWS_MANAGED_EBS_KEY, ebsKeyArn } from '../ebs-key.ts'
import { publicUntil } from './deprecation.ts'
import { checkPublicAccess } from './public-access.ts'

/**
 * Refuses what cannot be shared: a disabled image, one encrypted with the AWS-managed key, which no other account may
 * use, and with everybody also any encrypted one, one with a Marketplace product code and one with a watermark.
 * Errors: InvalidAMIID.Unavailable, InvalidParameter, UnsupportedOperation, OperationNotPermitted.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharing-amis.html
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-watermark.html
 */
export function checkSharing(record: ImageRecord, added: readonly LaunchPermission[], call: Call): void {
  if (added.length === 0) return
  if (record.image.State === 'disabled') {
    throw new ServiceError('InvalidAMIID.Unavailable', `The image ID '${record.image.ImageId}' is disabled`)
  }
  const encrypted = snapshotsOf(record, call).filter(({ snapshot }) => snapshot.Encrypted)
  if (added.some(({ Group: group }) => group === 'all')) checkPublic(record, encrypted.length > 0, call)
  if (encrypted.some(snapshot => isManaged(snapshot, call))) {
    const sentence = 'Snapshots encrypted with the AWS Managed CMK can’t be shared. Specify another snapshot.'
    throw new ServiceError('InvalidParameter', sentence)
  }
}

function checkPublic({ image }: ImageRecord, isEncrypted: boolean, call: Call): void {
  checkPublicAccess(call)
  if (isEncrypted) {
    const sentence = 'Encrypted snapshots can’t be shared publicly. Specify another snapshot.'
    throw new ServiceError('UnsupportedOperation', sentence)
  }
  if (image.ProductCodes?.some(({ ProductCodeType: type }) => type === 'marketplace')) {
    const sentence = 'Images with an AWS Marketplace product code cannot be made public.'
    throw new ServiceError('OperationNotPermitted', sentence)
  }
  if (image.ImageWatermarks?.length) {
    throw new ServiceError('OperationNotPermitted', 'Images with a watermark cannot be made public.')
  }
}

/** Gives an image these launch permissions. A public one is deprecated two years after its creation at the latest. */
export function setPermissions(record: ImageRecord, permissions: LaunchPermission[]): void {
  const { image } = record
  record.launchPermissions = permissions
  image.Public = permissions.some(({ Group: group }) => group === 'all')
  if (!image.Public) return
  const latest = publicUntil(image).toISOString()
  if (!image.DeprecationTime || image.DeprecationTime > latest) image.DeprecationTime = latest
}

function snapshotsOf({ image }: ImageRecord, { region }: Call): SnapshotRecord[] {
  return (image.BlockDeviceMappings ?? []).flatMap(({ Ebs: ebs }) => region.snapshots.get(ebs?.SnapshotId ?? '') ?? [])
}

const isManaged = ({ snapshot }: SnapshotRecord, { region, account }: Call): boolean =>
  snapshot.KmsKeyId === ebsKeyArn(region, account, AWS_MANAGED_EBS_KEY)
