import type { KeyRecord } from '../world/records.ts'
import type { Region } from '../world/region.ts'

/** The key that EBS encrypts with where none is named. */
export const AWS_MANAGED_EBS_KEY = 'alias/aws/ebs'

/**
 * The KMS key that an EBS parameter names: key id or alias of the caller's own account, or the ARN of either, of this
 * region. Undefined where there is none: EC2 accepts such a request and fails later.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EbsBlockDevice.html
 */
function findEbsKey(region: Region, account: string, id: string): KeyRecord | undefined {
  const [, ownRegion, owner, resource] = /^arn:aws:kms:([^:]*):(\d{12}):(.+)$/.exec(id) ?? []
  if (resource === undefined) return findOwn(region, account, id)
  return ownRegion === region.name && owner ? findOwn(region, owner, resource.replace(/^key\//, '')) : undefined
}

/** The ARN of the key that encrypts the account's volumes by default. */
export function defaultEbsKeyArn(region: Region, account: string): string {
  const id = region.ebsEncryption.get(account)?.defaultKeyId ?? AWS_MANAGED_EBS_KEY
  return findEbsKey(region, account, id)?.key.Arn ?? id
}

/** The ARN of the named key; a key that does not exist is kept as it was named. */
export const ebsKeyArn = (region: Region, account: string, id: string): string =>
  findEbsKey(region, account, id)?.key.Arn ?? id

export type KeyTrouble = { readonly code: string; readonly message: string }

/** Why EC2 cannot use a key now; undefined if it can. Found out asynchronously: the request itself has succeeded. */
export function ebsKeyTrouble(region: Region, account: string, id: string): KeyTrouble | undefined {
  const found = findEbsKey(region, account, id)
  if (!found) return { code: 'Client.InternalError', message: 'Client.InternalError: Client error on launch' }
  if (found.key.KeyState === undefined || found.key.KeyState === 'Enabled') return undefined
  const code = 'Client.InvalidKMSKey.InvalidState'
  return { code, message: `${code}: The KMS key provided is in an incorrect state` }
}

function findOwn(region: Region, account: string, name: string): KeyRecord | undefined {
  const target = name.startsWith('alias/') ? region.aliases.get(`${account}/${name}`)?.alias.TargetKeyId : name
  const found = target === undefined ? undefined : region.keys.get(target)
  return found?.ownerId === account ? found : undefined
}
