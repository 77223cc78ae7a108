import type { KeyMetadata } from '@aws-sdk/client-kms'

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
