import { randomBytes } from 'node:crypto'
import type {
  CreateGrantRequest,
  CreateGrantResponse,
  GrantListEntry,
  ListGrantsRequest,
  ListGrantsResponse
} from '@aws-sdk/client-kms'
import { ServiceError } from '../errors.ts'
import type { Call, Handler, Handlers } from '../handler.ts'
import { refuseUnmodelled } from '../unmodelled.ts'
import type { GrantRecord, KeyRecord } from '../world/records.ts'
import { accountOf } from './key-access.ts'
import { page } from './pages.ts'
import { resolveByIdOrArn } from './resolve-key.ts'

/**
 * Lets a principal do these operations with a key until the grant is revoked or retired. A retry with the same Name and
 * parameters makes no second one.
 *
 * @lacks constraints (kept and answered, not judged), grant tokens (a grant holds at once), service principals
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html
 */
const createGrant: Handler<CreateGrantRequest, CreateGrantResponse> = (input, call) => {
  const record = findGrantable(input.KeyId, call)
  refuseUnmodelled(input, ['GranteeServicePrincipal', 'RetiringServicePrincipal'])
  checkPrincipals(input)
  if (!input.Operations?.length) throw validation("Value null at 'operations' failed to satisfy constraint")
  stopDryRun(input)
  const grant = describeGrant(input, record, call)
  const { grant: made, token } = sameGrant(record, grant) ?? keepGrant(record, grant)
  return { GrantId: made.GrantId, GrantToken: token }
}

/** Only the owner's account, or one that the key policy lets make grants, makes them: of a key that can be used. */
function findGrantable(id: string | undefined, { region, account, principal }: Call): KeyRecord {
  const record = resolveByIdOrArn(region, account, id ?? '', 'kms:CreateGrant')
  const { KeyState: state, KeyManager: manager, Arn: arn } = record.key
  if (manager === 'AWS') {
    throw new ServiceError('AccessDeniedException', `User: ${principal} is not authorized to grant the use of ${arn}`)
  }
  if (state === 'Disabled') throw new ServiceError('DisabledException', `${arn} is disabled.`)
  if (state === 'PendingDeletion') throw new ServiceError('KMSInvalidStateException', `${arn} is pending deletion.`)
  return record
}

function checkPrincipals({ GranteePrincipal: grantee, RetiringPrincipal: retiring }: CreateGrantRequest): void {
  if (grantee === undefined) throw validation("Value null at 'granteePrincipal' failed to satisfy constraint")
  for (const arn of [grantee, retiring]) {
    if (arn === undefined || accountOf(arn)) continue
    throw new ServiceError('InvalidArnException', `ARN '${arn.slice(0, 200)}' is not that of a principal.`)
  }
}

function describeGrant(input: CreateGrantRequest, { key }: KeyRecord, { account, now }: Call): GrantListEntry {
  return {
    KeyId: key.Arn,
    Name: input.Name,
    GranteePrincipal: input.GranteePrincipal,
    RetiringPrincipal: input.RetiringPrincipal,
    IssuingAccount: `arn:aws:iam::${account}:root`,
    Operations: input.Operations,
    Constraints: input.Constraints,
    CreationDate: now
  }
}

function sameGrant({ grants }: KeyRecord, { CreationDate, ...wanted }: GrantListEntry): GrantRecord | undefined {
  if (wanted.Name === undefined) return undefined
  return [...(grants?.values() ?? [])].find(({ grant: { GrantId, CreationDate: at, ...grant } }) => {
    return JSON.stringify(grant) === JSON.stringify(wanted)
  })
}

function keepGrant(record: KeyRecord, grant: GrantListEntry): GrantRecord {
  const GrantId = randomBytes(32).toString('hex')
  const made = { grant: { ...grant, GrantId }, token: randomBytes(96).toString('base64') }
  record.grants ??= new Map()
  record.grants.set(GrantId, made)
  return made
}

/**
 * Lists the grants of a key, by id or grantee where asked for.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ListGrants.html
 */
const listGrants: Handler<ListGrantsRequest, ListGrantsResponse> = (input, { region, account }) => {
  refuseUnmodelled(input, ['GranteeServicePrincipal'])
  const { grants } = resolveByIdOrArn(region, account, input.KeyId ?? '', 'kms:ListGrants')
  const all = [...(grants?.values() ?? [])].map(({ grant }) => grant)
  const wanted = all.filter(
    ({ GrantId: id, GranteePrincipal: grantee }) =>
      (input.GrantId ?? id) === id && (input.GranteePrincipal ?? grantee) === grantee
  )
  const { page: Grants, ...rest } = page(wanted, input)
  return { Grants, ...rest }
}

/** Ends a request that only asks whether it would be allowed, as KMS says it. */
export function stopDryRun({ DryRun: isDryRun }: { DryRun?: boolean | undefined }): void {
  if (!isDryRun) return
  throw new ServiceError('DryRunOperationException', 'The request would have succeeded, but the DryRun option is set.')
}

const validation = (sentence: string): ServiceError =>
  new ServiceError('ValidationException', `1 validation error detected: ${sentence}: Member must not be null`)

export const grantHandlers = {
  CreateGrant: createGrant,
  ListGrants: listGrants
} satisfies Handlers
