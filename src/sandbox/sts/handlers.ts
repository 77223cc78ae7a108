import type {
  AssumeRoleRequest,
  AssumeRoleResponse,
  AssumeRoleWithWebIdentityRequest,
  AssumeRoleWithWebIdentityResponse,
  GetCallerIdentityResponse
} from '@aws-sdk/client-sts'
import { ServiceError } from '../errors.ts'
import type { Handler, Handlers } from '../handler.ts'
import { refuseUnmodelled } from '../unmodelled.ts'
import { openSession, type Role, readDuration, readRole } from './sessions.ts'
import { readWebIdentity } from './web-identity.ts'

/** Without them a session may do more than was asked for. */
const SESSION_POLICIES = ['Policy', 'PolicyArns'] as const

/**
 * Says whose the credentials are; no policy can forbid it.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
const getCallerIdentity: Handler<object, GetCallerIdentityResponse> = (_, { account, principal, userId }) => ({
  Account: account,
  Arn: principal,
  UserId: userId
})

/**
 * Any role of any account can be assumed. A session that was itself assumed gets an hour at the most.
 *
 * @lacks trust policies other than those that `/_sandbox/policies` sets, MFA, session tags
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
const assumeRole: Handler<AssumeRoleRequest, AssumeRoleResponse> = (input, call) => {
  const { RoleArn: arn = '', RoleSessionName: sessionName = '', DurationSeconds } = input
  refuseUnmodelled(input, SESSION_POLICIES)
  const role = readRole(arn)
  const seconds = readDuration(DurationSeconds, call.principal.includes(':assumed-role/'))
  if (trustsNobody(role)) {
    throw denied(`User: ${call.principal} is not authorized to perform: sts:AssumeRole on resource: ${arn}`)
  }
  return openSession(role, sessionName, seconds, call)
}

/**
 * Gives a session of a role for a token of GitHub's; the token's expiry and audience are looked at.
 *
 * @lacks the token's signature, trust policies other than those that `/_sandbox/policies` sets
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
const assumeRoleWithWebIdentity: Handler<AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse> = (
  input,
  call
) => {
  refuseUnmodelled(input, SESSION_POLICIES)
  const role = readRole(input.RoleArn ?? '')
  const seconds = readDuration(input.DurationSeconds)
  const { sub, aud, iss } = readWebIdentity(input.WebIdentityToken ?? '', call.now)
  if (trustsNobody(role)) throw denied('Not authorized to perform sts:AssumeRoleWithWebIdentity')
  const session = openSession(role, input.RoleSessionName ?? '', seconds, call)
  return { ...session, SubjectFromWebIdentityToken: sub, Audience: aud, Provider: iss }
}

/** What needs no policy to be tried: a role whose name says `denied` trusts nobody. */
const trustsNobody = ({ name }: Role): boolean => name.includes('denied')

const denied = (sentence: string): ServiceError => new ServiceError('AccessDenied', sentence, 403)

export const stsHandlers = {
  GetCallerIdentity: getCallerIdentity,
  AssumeRole: assumeRole,
  AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity
} satisfies Handlers
