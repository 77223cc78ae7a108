import type { EbsBlockDevice } from '@aws-sdk/client-ec2'
import { ServiceError } from '../../errors.ts'
import type { Call } from '../../handler.ts'
import type { SnapshotRecord } from '../../world/records.ts'
import { defaultEbsKeyArn, ebsKeyArn } from '../ebs-key.ts'

interface VolumeEncryption {
  readonly encrypted: boolean
  readonly kmsKeyId?: string
}

/**
 * Whether a new volume is encrypted, and with which key: the one named, else the snapshot's own (the account's default
 * key if the snapshot is somebody else's). A snapshot's encryption cannot be taken away.
 * Errors: InvalidParameterDependency for a key without encryption, InvalidBlockDeviceMapping.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/encryption-parameters.html
 */
export function planEncryption(
  ebs: EbsBlockDevice,
  snapshot: SnapshotRecord | undefined,
  { region, account }: Call
): VolumeEncryption {
  const sealed = snapshot?.snapshot.Encrypted ?? false
  if (ebs.Encrypted === false && sealed) {
    const sentence = `The encrypted flag cannot be false: snapshot '${ebs.SnapshotId}' is encrypted`
    throw new ServiceError('InvalidBlockDeviceMapping', sentence)
  }
  const encrypted = ebs.Encrypted || sealed || (region.ebsEncryption.get(account)?.byDefault ?? false)
  if (ebs.KmsKeyId && !encrypted) {
    const sentence = 'The parameter KmsKeyId requires the parameter Encrypted to be set.'
    throw new ServiceError('InvalidParameterDependency', sentence)
  }
  if (!encrypted) return { encrypted }
  if (ebs.KmsKeyId) return { encrypted, kmsKeyId: ebsKeyArn(region, account, ebs.KmsKeyId) }
  const inherited = snapshot?.ownerId === account ? snapshot.snapshot.KmsKeyId : undefined
  return { encrypted, kmsKeyId: inherited ?? defaultEbsKeyArn(region, account) }
}
