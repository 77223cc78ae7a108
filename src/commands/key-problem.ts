import type { KeyMetadata } from '@aws-sdk/client-kms'

/** @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html (permissions for IAM principals) */
const KEY_ACTIONS =
  'kms:DescribeKey, kms:CreateGrant, kms:Decrypt, kms:GenerateDataKeyWithoutPlaintext, kms:ReEncryptFrom and kms:ReEncryptTo'

/** What a volume, a snapshot or an image fails with, long after EC2 has accepted it, where the role may not use its key. */
const KEY_FAILURE = /Client\.InternalError|key ID is not accessible/i

/** The hint for what EC2 gives as the reason of a failure, where that is a key; EC2 never says which action it lacked. */
export const keyHintFor = (reason = ''): { readonly hint?: string } =>
  KEY_FAILURE.test(reason)
    ? {
        hint: `EC2 says so where it may not use a key: allow the IAM actions ${KEY_ACTIONS} on it for this role, in its key policy, too.`
      }
    : {}

/** A key as it was asked for, and where it is to encrypt. */
export interface AskedKey {
  readonly key: string
  readonly region: string
}

/**
 * Why EBS can't encrypt with a key, as a sentence; undefined if nothing speaks against it. EC2 itself would tell only
 * after it has accepted the work.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html
 */
export function findKeyProblem({ key: name, region }: AskedKey, key: KeyMetadata | undefined): string | undefined {
  const keyRegion = /^arn:[^:]+:kms:([^:]+):/.exec(name)?.[1]
  if (keyRegion && keyRegion !== region)
    return `Expected a KMS key of ${region}, found ${name}, which is of ${keyRegion}`
  if (!key) return `Expected a KMS key, found none named ${name} in ${region}`
  if (key.KeyState !== 'Enabled') return `Expected the KMS key ${name} to be enabled, found it ${key.KeyState}`
  if (key.KeySpec !== undefined && key.KeySpec !== 'SYMMETRIC_DEFAULT') {
    return `Expected a symmetric KMS key, found ${name} with the key spec ${key.KeySpec}`
  }
  return undefined
}
