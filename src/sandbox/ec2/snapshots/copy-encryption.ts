import { ServiceError } from '../../errors.ts'
import type { Call } from '../../handler.ts'
import type { SnapshotRecord } from '../../world/records.ts'
import { AWS_MANAGED_EBS_KEY, defaultEbsKeyArn, ebsKeyArn } from '../ebs-key.ts'

interface Asked {
  readonly Encrypted?: boolean | undefined
  readonly KmsKeyId?: string | undefined
}

/**
 * The ARN of the key that a copy is encrypted with, in the region and account that it is made in; undefined if it is not
 * encrypted. What is encrypted stays so. Without a key that was asked for, it is the one that the account chose for new
 * volumes, and the AWS-managed one for a copy of an encrypted snapshot where nothing is encrypted by default.
 * Errors: InvalidRequest for taking encryption away, InvalidParameterDependency for a key without encryption.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-copy-snapshot.html (encryption outcomes for snapshot copies)
 */
export function copyKey({ Encrypted, KmsKeyId }: Asked, source: SnapshotRecord, call: Call): string | undefined {
  const { region, account } = call
  const { SnapshotId: id, Encrypted: isEncrypted = false } = source.snapshot
  const byDefault = region.ebsEncryption.get(account)?.byDefault ?? false
  if (isEncrypted && Encrypted === false) {
    const sentence = `Snapshot ${id} is encrypted. Creating unencrypted copy from an encrypted snapshot is not supported.`
    throw new ServiceError('InvalidRequest', sentence)
  }
  if (!Encrypted && !isEncrypted && !byDefault) {
    if (KmsKeyId) throw keyWithoutEncryption()
    return undefined
  }
  if (KmsKeyId) return ebsKeyArn(region, account, KmsKeyId)
  return isEncrypted && !byDefault ? ebsKeyArn(region, account, AWS_MANAGED_EBS_KEY) : defaultEbsKeyArn(region, account)
}

/** Refuses a key in a request that does not also ask for encryption, as CopyImage does. */
export function checkKeyNeedsEncryption({ Encrypted, KmsKeyId }: Asked): void {
  if (KmsKeyId && !Encrypted) throw keyWithoutEncryption()
}

const keyWithoutEncryption = (): ServiceError =>
  new ServiceError(
    'InvalidParameterDependency',
    'The parameter KmsKeyId requires the parameter Encrypted to be set to true.'
  )
