import type { RetireGrantRequest, RevokeGrantRequest } from '@aws-sdk/client-kms'
import { ServiceError } from '../errors.ts'
import type { Call, Handler, Handlers } from '../handler.ts'
import { stopDryRun } from './grants.ts'
import { accountOf } from './key-access.ts'
import { resolveByIdOrArn } from './resolve-key.ts'

/**
 * Ends a grant at once.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_RevokeGrant.html
 */
const revokeGrant: Handler<RevokeGrantRequest, undefined> = (input, { region, account }) => {
  const { grants } = resolveByIdOrArn(region, account, input.KeyId ?? '', 'kms:RevokeGrant')
  const { GrantId: id = '' } = input
  if (!grants?.has(id)) throw noGrant(id)
  stopDryRun(input)
  grants.delete(id)
  return undefined
}

/**
 * Ends a grant that is named by its token, or by key and id, for those who may: the key's own account, the retiring
 * principal, and the grantee where RetireGrant is among its operations.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_RetireGrant.html
 */
const retireGrant: Handler<RetireGrantRequest, undefined> = (input, call) => {
  const { record, grant } = findRetirable(input, call)
  const mayRetire = [record.ownerId, accountOf(grant.RetiringPrincipal)]
  if (grant.Operations?.includes('RetireGrant')) mayRetire.push(accountOf(grant.GranteePrincipal))
  if (!mayRetire.includes(call.account)) {
    throw new ServiceError('AccessDeniedException', `User: ${call.principal} is not authorized to retire this grant`)
  }
  stopDryRun(input)
  record.grants?.delete(grant.GrantId)
  return undefined
}

function findRetirable({ GrantToken: token, GrantId: id = '', KeyId: key }: RetireGrantRequest, { region }: Call) {
  for (const record of region.keys.values()) {
    for (const made of record.grants?.values() ?? []) {
      const isNamed = token ? made.token === token : made.grant.GrantId === id && record.key.Arn === key
      if (isNamed) return { record, grant: made.grant }
    }
  }
  throw token ? new ServiceError('InvalidGrantTokenException', 'The grant token is not valid.') : noGrant(id)
}

const noGrant = (id: string): ServiceError =>
  new ServiceError('NotFoundException', `Grant ID '${id.slice(0, 200)}' does not exist`)

export const endGrantHandlers = { RevokeGrant: revokeGrant, RetireGrant: retireGrant } satisfies Handlers
