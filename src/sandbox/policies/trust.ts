import { ServiceError } from '../errors.ts'
import type { Call } from '../handler.ts'
import { readWebIdentity } from '../sts/web-identity.ts'
import { decide } from './decide.ts'
import { readDocument, type Statement } from './document.ts'
import { compilePattern } from './patterns.ts'
import { requestContext, withKeys } from './request-context.ts'
import { roleOf } from './role-of.ts'

/** A statement of a role's trust policy. */
export interface TrustStatement extends Statement {
  trusts(who: string): boolean
}

interface Given {
  readonly Principal?: { readonly AWS?: string | string[]; readonly Federated?: string | string[] }
}

interface AssumeInput {
  readonly RoleArn?: string
  readonly ExternalId?: string
  readonly WebIdentityToken?: string
}

const GITHUB = 'token.actions.githubusercontent.com'

/** Reads a trust policy. Errors: an Error whose message completes "not …", as for an identity-based policy. */
export function readTrust({ Statement: given, ...more }: { readonly Statement?: Given | Given[] }): TrustStatement[] {
  if (given === undefined) throw new Error('a trust without Statement')
  return [given].flat().flatMap(({ Principal: principal, ...statement }) => {
    const { AWS = [], Federated = [], ...others } = principal ?? {}
    const names = [AWS, Federated].flat()
    if (names.length === 0 || Object.keys(others).length > 0) throw new Error('a trust without AWS or Federated')
    const patterns = names.map(name => compilePattern(name.replace(/:root$/, ':*')))
    const read = readDocument({ ...more, Statement: { ...statement, Resource: '*' } })
    return read.map(each => ({ ...each, trusts: (who: string) => patterns.some(matches => matches(who)) }))
  })
}

/**
 * Refuses a session of a role whose trust policy, of these statements, does not let the caller, or the token, have it. Errors: AccessDenied; what is wrong with the token.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html (keys for OIDC)
 */
export function checkTrust(
  statements: readonly TrustStatement[],
  operation: string,
  input: AssumeInput,
  call: Call
): void {
  const { RoleArn: arn = '', ExternalId, WebIdentityToken: token = '' } = input
  if (!/^AssumeRole(WithWebIdentity)?$/.test(operation)) return
  const isWeb = operation === 'AssumeRoleWithWebIdentity'
  const { sub, aud } = isWeb ? readWebIdentity(token, call.now) : {}
  const [, account] = /^arn:aws:iam::(\d+):/.exec(arn) ?? []
  const who = isWeb ? `arn:aws:iam::${account}:oidc-provider/${GITHUB}` : roleOf(call.principal)
  const keys = { 'sts:ExternalId': ExternalId, [`${GITHUB}:sub`]: sub, [`${GITHUB}:aud`]: aud }
  const need = { action: `sts:${operation}`, resource: arn, context: withKeys(requestContext(call), keys) }
  const concerned = statements.filter(({ trusts }) => trusts(who))
  if (decide(concerned, need) === 'allowed') return
  const denied = isWeb ? 'Not authorized to perform' : `User: ${call.principal} is not authorized to perform:`
  throw new ServiceError('AccessDenied', `${denied} sts:${operation}${isWeb ? '' : ` on resource: ${arn}`}`, 403)
}
