import { ServiceError } from '../errors.ts'
import type { KeyRecord } from '../world/records.ts'
import type { Region } from '../world/region.ts'
import { policyNames } from './key-policy.ts'

interface KeyName {
  readonly region: string
  readonly account: string
  readonly kind: 'key' | 'alias'
  /** The key id, or the alias name with its prefix `alias/`. */
  readonly name: string
}

/**
 * The key that a KMS parameter names: key id, key ARN, alias name or alias ARN. Key and alias live in one region.
 * Errors: NotFoundException; AccessDeniedException for another account's key whose policy does not name the caller's.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id
 */
export function resolveKey(region: Region, account: string, idOrAliasOrArn: string): KeyRecord {
  const name = parseKeyName(region, account, idOrAliasOrArn)
  if (name.region !== region.name) throw notFound(`Invalid arn ${name.region}`)
  const found = lookUp(region, name)
  if (!found) throw notFound(missing(name))
  if (found.ownerId !== account && !policyNames(found, account)) {
    const sentence = `The account ${account} is not authorized to use ${found.key.Arn} because no resource-based policy allows it`
    throw new ServiceError('AccessDeniedException', sentence)
  }
  return found
}

/** The key of an account that an alias leads to now, if it leads anywhere. */
function keyOfAlias(region: Region, account: string, aliasName: string): KeyRecord | undefined {
  const target = region.aliases.get(`${account}/${aliasName}`)?.alias.TargetKeyId
  return target === undefined ? undefined : region.keys.get(target)
}

function lookUp(region: Region, { account, kind, name }: KeyName): KeyRecord | undefined {
  const found = kind === 'alias' ? keyOfAlias(region, account, name) : region.keys.get(name)
  return found?.ownerId === account ? found : undefined
}

function parseKeyName(region: Region, account: string, text: string): KeyName {
  const [, ownRegion, owner, kind, rest] = /^arn:aws:kms:([a-z0-9-]+):(\d{12}):(key|alias)\/(.+)$/.exec(text) ?? []
  if (ownRegion && owner && rest) {
    return kind === 'alias'
      ? { region: ownRegion, account: owner, kind, name: `alias/${rest}` }
      : { region: ownRegion, account: owner, kind: 'key', name: rest }
  }
  if (text.startsWith('arn:')) throw new ServiceError('InvalidArnException', `Invalid arn ${text.slice(0, 200)}`)
  const here = { region: region.name, account }
  if (text.startsWith('alias/')) return { ...here, kind: 'alias', name: text }
  if (/^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.test(text)) {
    return { ...here, kind: 'key', name: text }
  }
  throw notFound(`Invalid keyId '${text.slice(0, 200)}'`)
}

function missing({ region, account, kind, name }: KeyName): string {
  const arn = `arn:aws:kms:${region}:${account}:`
  return kind === 'alias' ? `Alias ${arn}${name} is not found.` : `Key '${arn}key/${name}' does not exist`
}

const notFound = (sentence: string): ServiceError => new ServiceError('NotFoundException', sentence)
