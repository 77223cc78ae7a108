import type {
  CreateAliasRequest,
  DeleteAliasRequest,
  ListAliasesRequest,
  ListAliasesResponse,
  UpdateAliasRequest
} from '@aws-sdk/client-kms'
import { ServiceError } from '../errors.ts'
import type { Call, Handler, Handlers } from '../handler.ts'
import type { AliasRecord, KeyRecord } from '../world/records.ts'
import { makeAlias } from './make-key.ts'
import { page } from './pages.ts'
import { resolveKey } from './resolve-key.ts'

/**
 * Gives a key of the account a name, which can be given to another key later.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
 */
const createAlias: Handler<CreateAliasRequest, undefined> = (input, call) => {
  const { AliasName: name = '', TargetKeyId: target = '' } = input
  const { region, account, now } = call
  checkName(name)
  if (region.aliases.has(`${account}/${name}`)) {
    const sentence = `An alias with the name ${arnOf(name, call)} already exists`
    throw new ServiceError('AlreadyExistsException', sentence)
  }
  makeAlias(region, account, name, findTarget(target, call).key.KeyId, now)
  return undefined
}

/**
 * Lets an alias lead to another key of the account.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html
 */
const updateAlias: Handler<UpdateAliasRequest, undefined> = (input, call) => {
  const { AliasName: name = '', TargetKeyId: target = '' } = input
  checkName(name)
  const { alias } = findAlias(name, call)
  Object.assign(alias, { TargetKeyId: findTarget(target, call).key.KeyId, LastUpdatedDate: call.now })
  return undefined
}

/**
 * Takes a name away from its key, which stays.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteAlias.html
 */
const deleteAlias: Handler<DeleteAliasRequest, undefined> = (input, call) => {
  const { AliasName: name = '' } = input
  checkName(name)
  findAlias(name, call)
  call.region.aliases.delete(`${call.account}/${name}`)
  return undefined
}

function findAlias(name: string, call: Call): AliasRecord {
  const found = call.region.aliases.get(`${call.account}/${name}`)
  if (found) return found
  throw new ServiceError('NotFoundException', `Alias ${arnOf(name, call)} is not found.`)
}

/** The key that an alias may lead to: one of the same account and region, which AWS does not manage. */
function findTarget(target: string, { region, account, principal }: Call): KeyRecord {
  if (/^(arn:[^/]*:)?alias\//.test(target)) {
    throw new ServiceError('ValidationException', 'Aliases must refer to keys. Not aliases')
  }
  const record = resolveKey(region, account, target)
  if (record.ownerId === account && record.key.KeyManager !== 'AWS') return record
  throw new ServiceError('AccessDeniedException', `User: ${principal} is not authorized to name ${record.key.Arn}`)
}

const arnOf = (name: string, { region, account }: Call): string => `arn:aws:kms:${region.name}:${account}:${name}`

function checkName(name: string): void {
  if (name.startsWith('alias/aws/')) {
    throw new ServiceError('NotAuthorizedException', 'Aliases that begin with alias/aws/ are reserved for AWS')
  }
  if (!name.startsWith('alias/')) {
    const sentence =
      'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html'
    throw new ServiceError('ValidationException', sentence)
  }
  if (!/^alias\/[\w/-]{1,250}$/.test(name)) {
    throw new ServiceError('InvalidAliasNameException', `${name.slice(0, 260)} is not a valid alias name`)
  }
}

/**
 * Lists the aliases of the account in the region, or those of one key.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html
 */
const listAliases: Handler<ListAliasesRequest, ListAliasesResponse> = (input, { region, account }) => {
  const target = input.KeyId === undefined ? undefined : resolveKey(region, account, input.KeyId).key.KeyId
  const aliases = [...region.aliases.values()]
    .filter(({ ownerId, alias }) => ownerId === account && (target ?? alias.TargetKeyId) === alias.TargetKeyId)
    .map(({ alias }) => alias)
  const { page: Aliases, ...rest } = page(aliases, input)
  return { Aliases, ...rest }
}

export const aliasHandlers = {
  CreateAlias: createAlias,
  UpdateAlias: updateAlias,
  DeleteAlias: deleteAlias,
  ListAliases: listAliases
} satisfies Handlers
