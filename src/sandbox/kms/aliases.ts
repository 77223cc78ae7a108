import type { CreateAliasRequest, ListAliasesRequest, ListAliasesResponse } from '@aws-sdk/client-kms'
import { ServiceError } from '../errors.ts'
import type { Handler, Handlers } from '../handler.ts'
import { makeAlias } from './make-key.ts'
import { page } from './pages.ts'
import { resolveKey } from './resolve-key.ts'

/** @see https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html */
const createAlias: Handler<CreateAliasRequest, undefined> = (input, { region, account, now }) => {
  const { AliasName: name = '', TargetKeyId: target = '' } = input
  checkName(name)
  if (region.aliases.has(`${account}/${name}`)) {
    const arn = `arn:aws:kms:${region.name}:${account}:${name}`
    throw new ServiceError('AlreadyExistsException', `An alias with the name ${arn} already exists`)
  }
  if (/^(arn:[^/]*:)?alias\//.test(target)) {
    throw new ServiceError('ValidationException', 'Aliases must refer to keys. Not aliases')
  }
  const { key } = resolveKey(region, account, target)
  makeAlias(region, account, name, key.KeyId, now)
  return undefined
}

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

/** @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html */
const listAliases: Handler<ListAliasesRequest, ListAliasesResponse> = (input, { region, account }) => {
  const target = input.KeyId === undefined ? undefined : resolveKey(region, account, input.KeyId).key.KeyId
  const aliases = [...region.aliases.values()]
    .filter(({ ownerId, alias }) => ownerId === account && (target ?? alias.TargetKeyId) === alias.TargetKeyId)
    .map(({ alias }) => alias)
  const { page: Aliases, ...rest } = page(aliases, input)
  return { Aliases, ...rest }
}

export const aliasHandlers = { CreateAlias: createAlias, ListAliases: listAliases } satisfies Handlers
