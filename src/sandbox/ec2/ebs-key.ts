import { mayUse } from '../kms/key-access.ts'
import { findKey } from '../kms/resolve-key.ts'
import type { Region } from '../world/region.ts'

/** The key that EBS encrypts with where none is named and none was chosen. */
export const AWS_MANAGED_EBS_KEY = 'alias/aws/ebs'

/**
 * The ARN of the key that an EBS parameter names. A key that does not exist here is kept as it was named: EC2 accepts
 * such a request and fails later.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EbsBlockDevice.html (KmsKeyId)
 */
export const ebsKeyArn = (region: Region, account: string, id: string): string =>
  findKey(region, account, id)?.key.Arn ?? id

/** The ARN of the key that encrypts the account's volumes by default. */
export const defaultEbsKeyArn = (region: Region, account: string): string =>
  ebsKeyArn(region, account, region.ebsEncryption.get(account)?.defaultKeyId ?? AWS_MANAGED_EBS_KEY)

/**
 * What EBS does with a key in the name of who asked for it.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-copy-snapshot.html (permissions)
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/share-kms-key.html
 */
export const KEY_USES = {
  attach: ['kms:DescribeKey', 'kms:CreateGrant', 'kms:Decrypt'],
  copyFrom: ['kms:DescribeKey', 'kms:CreateGrant', 'kms:Decrypt', 'kms:ReEncryptFrom'],
  copyTo: ['kms:DescribeKey', 'kms:CreateGrant', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptTo']
} as const

export type KeyUse = keyof typeof KEY_USES

/** Why EBS cannot use a key: there is none of that name in the region, its policy forbids it, or the key's own state. */
export type KeyFault = 'not found' | 'not allowed' | 'wrong state'

/** Why EBS cannot use a key now; undefined if it can. Found out asynchronously: the request itself has succeeded. */
export function ebsKeyFault(region: Region, account: string, id: string, use: KeyUse): KeyFault | undefined {
  const found = findKey(region, account, id)
  if (!found) return 'not found'
  if (!mayUse(found, account, KEY_USES[use])) return 'not allowed'
  const { KeyState = 'Enabled', KeySpec = 'SYMMETRIC_DEFAULT' } = found.key
  return KeyState === 'Enabled' && KeySpec === 'SYMMETRIC_DEFAULT' ? undefined : 'wrong state'
}

export type KeyTrouble = { readonly code: string; readonly message: string }

/**
 * Why a launch or start fails for a key, as the instance's StateReason says it.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html
 */
export function ebsKeyTrouble(region: Region, account: string, id: string): KeyTrouble | undefined {
  const fault = ebsKeyFault(region, account, id, 'attach')
  if (!fault) return undefined
  if (fault !== 'wrong state') {
    return { code: 'Client.InternalError', message: 'Client.InternalError: Client error on launch' }
  }
  const code = 'Client.InvalidKMSKey.InvalidState'
  return { code, message: `${code}: The KMS key provided is in an incorrect state` }
}
