import type { KeyMetadata } from '@aws-sdk/client-kms'
import { AmiError } from '../../../errors.ts'
import { findAccountsWithoutKey } from '../../../image/key-policy.ts'
import type { Recipe } from '../../../recipe/recipe.ts'
import { findKeyProblem } from '../../key-problem.ts'
import type { BakeFacts } from '../observe/facts.ts'
import { keyName, keyUsesOf } from '../observe/key-uses.ts'

/**
 * What stands in the way of encrypting with the recipe's keys, here and in further regions. EC2 would tell only after
 * the launch or the copy: it checks keys asynchronously.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html
 */
export function checkKeys(recipe: Recipe, { keys, region }: BakeFacts): AmiError[] {
  return keyUsesOf(recipe, region).flatMap(use => {
    const problem = findKeyProblem(use, keys.get(keyName(use))) ?? checkSharing(use.key, keys.get(keyName(use)), recipe)
    return problem ? [new AmiError('KEY', problem, { ...(use.at && { at: use.at }) })] : []
  })
}

/** @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html#share-kms-key */
function checkSharing(name: string, key: KeyMetadata | undefined, { share }: Recipe): string | undefined {
  if (key?.KeyManager !== 'AWS' || share.accounts.length + share.organizations.length === 0) return undefined
  return `Expected a KMS key that other accounts can use, for \`share\`; found ${name}, which AWS manages for this account alone`
}

/** What is to be said of key policies: they don't let in whom the image is to be shared with. */
export function warnOfKeyPolicies({ share }: Recipe, { keyPolicies }: BakeFacts): string[] {
  return [...keyPolicies].flatMap(([name, policy]) => {
    const without = findAccountsWithoutKey(policy, share.accounts)
    return without.length > 0
      ? [
          `The policy of the KMS key ${name} lets ${without.join(', ')} not use it: instances of the shared image will not start there`
        ]
      : []
  })
}
