import { ServiceError } from '../errors.ts'
import type { KeyRecord } from '../world/records.ts'
import type { Region } from '../world/region.ts'
import { mayUse } from './key-access.ts'

interface KeyName {
  readonly region: string
  readonly account: string
  readonly kind: 'key' | 'alias'
  /** The key id, or the alias name with its prefix `alias/`. */
  readonly name: string
}

const ARN = /^arn:aws:kms:([a-z0-9-]+):(\d{12}):(key|alias)\/(.+)$/
const KEY_ID = /^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

/**
 * The key of this region that a name leads to, whoever may use it: key id, key ARN, alias name or alias ARN. Undefined
 * where there is none.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id
 */
export function findKey(region: Region, account: string, text: string): KeyRecord | undefined {
  const name = parseKeyName(region, account, text)
  return name?.region === region.name ? lookUp(region, name) : undefined
}

/**
 * The key that a parameter of KMS names, as `findKey`, for an account that may do this with it.
 * Errors: NotFoundException, InvalidArnException; AccessDeniedException for another account's key.
 */
export function resolveKey(region: Region, account: string, text: string, action = 'kms:DescribeKey'): KeyRecord {
  const name = parseKeyName(region, account, text)
  if (!name) throw malformed(text)
  if (name.region !== region.name) throw notFound(`Invalid arn ${name.region}`)
  const found = lookUp(region, name)
  if (!found) throw notFound(missing(name))
  if (mayUse(found, account, [action])) return found
  const sentence = `The account ${account} is not authorized to perform: ${action} on resource: ${found.key.Arn} because no resource-based policy allows the ${action} action`
  throw new ServiceError('AccessDeniedException', sentence)
}

/** The key that a parameter names which takes no aliases. Errors as `resolveKey`. */
export function resolveByIdOrArn(region: Region, account: string, text: string, action?: string): KeyRecord {
  if (/^(arn:[^/]*:)?alias\//.test(text)) throw malformed(text)
  return resolveKey(region, account, text, action)
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

function parseKeyName(region: Region, account: string, text: string): KeyName | undefined {
  const [, ownRegion, owner, kind, rest] = ARN.exec(text) ?? []
  if (ownRegion && owner && rest) {
    return kind === 'alias'
      ? { region: ownRegion, account: owner, kind, name: `alias/${rest}` }
      : { region: ownRegion, account: owner, kind: 'key', name: rest }
  }
  const here = { region: region.name, account, name: text }
  if (text.startsWith('alias/')) return { ...here, kind: 'alias' }
  return KEY_ID.test(text) ? { ...here, kind: 'key' } : undefined
}

function malformed(text: string): ServiceError {
  const shown = text.slice(0, 200)
  const isArn = text.startsWith('arn:') && !ARN.test(text)
  return isArn ? new ServiceError('InvalidArnException', `Invalid arn ${shown}`) : notFound(`Invalid keyId '${shown}'`)
}

function missing({ region, account, kind, name }: KeyName): string {
  const arn = `arn:aws:kms:${region}:${account}:`
  return kind === 'alias' ? `Alias ${arn}${name} is not found.` : `Key '${arn}key/${name}' does not exist`
}

const notFound = (sentence: string): ServiceError => new ServiceError('NotFoundException', sentence)
