import type { KeyMetadata } from '@aws-sdk/client-kms'
import { AmiError, type Place } from '../../errors.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import type { BakeFacts } from './facts.ts'

/**
 * What stands in the way of encrypting with the recipe's keys. EC2 would tell only after the launch: it checks keys
 * asynchronously.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html
 */
export function checkKeys(recipe: Recipe, { keys, region }: BakeFacts): AmiError[] {
  const uses: { key: string; at?: Place }[] = recipe.volumes.map(volume => ({
    key: volume.kmsKey ?? '',
    at: volume.place
  }))
  if (recipe.kmsKey) uses.push({ key: recipe.kmsKey })
  return uses
    .filter(({ key }) => key !== '')
    .flatMap(({ key, at }) => {
      const problem = checkKey(key, keys.get(key), region)
      return problem ? [new AmiError('KEY', problem, { ...(at && { at }) })] : []
    })
}

function checkKey(name: string, key: KeyMetadata | undefined, region: string): string | undefined {
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
