import { ServiceError } from '../errors.ts'

export interface Claims {
  readonly iss: string
  readonly sub: string
  readonly aud: string
  readonly exp: number
}

/** The provider that GitHub's runners get their tokens from; the sandbox's accounts know no other. */
const ISSUER = 'https://token.actions.githubusercontent.com'
const AUDIENCE = 'sts.amazonaws.com'

/**
 * Reads and checks a web identity token as an OIDC provider for GitHub would have it: issuer, audience, subject,
 * expiry. The signature is not checked: the sandbox reaches no provider. Errors: InvalidIdentityToken,
 * ExpiredTokenException.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
export function readWebIdentity(token: string, now: Date): Claims {
  const { iss, sub, aud, exp } = decode(token)
  if (iss !== ISSUER) {
    throw invalid(`No OpenIDConnect provider found in your account for ${String(iss).slice(0, 100)}`)
  }
  if (aud !== AUDIENCE) throw invalid('Incorrect token audience')
  if (typeof sub !== 'string' || sub === '') throw invalid('The token has no subject')
  if (typeof exp !== 'number') throw invalid('The token has no expiry')
  if (exp * 1000 <= now.getTime()) {
    const sentence = `Token expired: current date/time ${Math.floor(now.getTime() / 1000)} must be before the expiration date/time ${exp}`
    throw new ServiceError('ExpiredTokenException', sentence)
  }
  return { iss, sub, aud, exp }
}

function decode(token: string): Partial<Record<keyof Claims, unknown>> {
  const [header = '', payload = '', signature = '', ...rest] = token.split('.')
  try {
    const [head, claims] = [header, payload].map(
      part => JSON.parse(Buffer.from(part, 'base64url').toString()) as unknown
    )
    if (isObject(head) && isObject(claims) && signature !== '' && rest.length === 0) return claims
  } catch {
    // said below, for every token that is not well-formed
  }
  throw invalid('The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)')
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const invalid = (sentence: string): ServiceError => new ServiceError('InvalidIdentityToken', sentence)
