import type {
  AssumeRoleRequest,
  AssumeRoleResponse,
  AssumeRoleWithWebIdentityRequest,
  AssumeRoleWithWebIdentityResponse,
  GetCallerIdentityResponse
} from '@aws-sdk/client-sts'
import { invalidValue, ServiceError } from '../errors.ts'
import type { Call, Handler, Handlers } from '../handler.ts'
import { openSession, type Role, readRole } from './sessions.ts'
import { readWebIdentity } from './web-identity.ts'

const HOUR_SECONDS = 3600
const MIN_SECONDS = 900
const MAX_SECONDS = 12 * HOUR_SECONDS

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
const getCallerIdentity: Handler<object, GetCallerIdentityResponse> = (_, { account, principal, userId }) => ({
  Account: account,
  Arn: principal,
  UserId: userId
})

/**
 * Any role of any account can be assumed. A session that was itself assumed gets an hour at the most.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
const assumeRole: Handler<AssumeRoleRequest, AssumeRoleResponse> = (input, call) => {
  const role = readRole(input.RoleArn ?? '')
  const max = call.principal.includes(':assumed-role/') ? HOUR_SECONDS : MAX_SECONDS
  const seconds = readDuration(input.DurationSeconds, max)
  refuseDenied(role, 'sts:AssumeRole', call)
  return openSession(role, input.RoleSessionName ?? '', seconds, call)
}

const assumeRoleWithWebIdentity: Handler<AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse> = (
  input,
  call
) => {
  const role = readRole(input.RoleArn ?? '')
  const seconds = readDuration(input.DurationSeconds, MAX_SECONDS)
  const { sub, aud, iss } = readWebIdentity(input.WebIdentityToken ?? '', call.now)
  refuseDenied(role, 'sts:AssumeRoleWithWebIdentity', call)
  const session = openSession(role, input.RoleSessionName ?? '', seconds, call)
  return { ...session, SubjectFromWebIdentityToken: sub, Audience: aud, Provider: iss }
}

function readDuration(seconds: number = HOUR_SECONDS, max: number): number {
  if (seconds >= MIN_SECONDS && seconds <= max) return seconds
  throw invalidValue('DurationSeconds', String(seconds), `${MIN_SECONDS} to ${max}`)
}

/** The sandbox keeps no trust policies: a role whose name says `denied` trusts nobody. */
function refuseDenied({ name }: Role, action: string, { principal }: Call): void {
  if (!name.includes('denied')) return
  const who = action === 'sts:AssumeRole' ? `User: ${principal} is not` : 'Not'
  throw new ServiceError('AccessDenied', `${who} authorized to perform ${action}`, 403)
}

export const stsHandlers = {
  GetCallerIdentity: getCallerIdentity,
  AssumeRole: assumeRole,
  AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity
} satisfies Handlers
