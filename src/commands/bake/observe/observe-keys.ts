import { GetKeyPolicyCommand, type KeyMetadata } from '@aws-sdk/client-kms'
import type { Aws, Clients } from '../../../aws/aws.ts'
import { AmiError } from '../../../errors.ts'
import type { Recipe } from '../../../recipe/recipe.ts'
import { describeKey } from '../../describe-key.ts'
import type { BakeFacts } from './facts.ts'
import { keyName, keyUsesOf } from './key-uses.ts'

/** What KMS says of every key that the recipe names, each in its region; policies only where the image is to be shared. */
export async function readKeys(
  aws: Aws,
  recipe: Recipe,
  home: string
): Promise<Pick<BakeFacts, 'keys' | 'keyPolicies'>> {
  const uses = new Map(keyUsesOf(recipe, home).map(use => [keyName(use), use]))
  const keys = new Map<string, KeyMetadata | undefined>()
  const keyPolicies = new Map<string, string>()
  const read = async (name: string, clients: Clients, key: string) => {
    const metadata = await describeKey(clients, key)
    if (metadata instanceof AmiError) throw metadata
    keys.set(name, metadata)
    if (recipe.share.accounts.length === 0 || metadata?.KeyManager !== 'CUSTOMER') return
    const policy = await readPolicy(aws, clients, metadata.KeyId ?? key)
    if (policy) keyPolicies.set(name, policy)
  }
  await Promise.all([...uses].map(([name, { region, key }]) => read(name, aws.in(region), key)))
  return { keys, keyPolicies }
}

/** Undefined where the caller may not read it: the bake itself needs no policy. */
async function readPolicy({ run }: Aws, clients: Clients, key: string): Promise<string | undefined> {
  try {
    return (await clients.kms.send(new GetKeyPolicyCommand({ KeyId: key }))).Policy
  } catch (error) {
    if (!(error instanceof AmiError && error.code === 'PERMISSION')) throw error
    run.log.info(`Whether the key ${key} can be shared is unknown: ${error.message}`)
    return undefined
  }
}
