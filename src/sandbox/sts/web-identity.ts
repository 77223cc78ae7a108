import { ServiceError } from '../errors.ts'

/** What STS takes from a web identity token. */
interface Claims {
  readonly iss: string
  readonly sub: string
  readonly aud: string
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
  if (aud === undefined) throw missing('aud')
  if (![aud].flat().includes(AUDIENCE)) throw invalid('Incorrect token audience')
  if (typeof sub !== 'string' || sub === '') throw missing('sub')
  if (typeof exp !== 'number') throw missing('exp')
  const seconds = Math.floor(now.getTime() / 1000)
  if (exp <= seconds) {
    const sentence = `Token expired: current date/time ${seconds} must be before the expiration date/time ${exp}`
    throw new ServiceError('ExpiredTokenException', sentence)
  }
  return { iss, sub, aud: AUDIENCE }
}

/** A signed JSON Web Token: three parts in base64url, the first two of them JSON objects. */
function decode(token: string): Readonly<Record<string, unknown>> {
  const parts = token.split('.')
  const [header, claims] = parts.map(readObject)
  const wellFormed = parts.length === 3 && parts.every(part => /^[\w-]+$/.test(part))
  if (wellFormed && typeof header?.alg === 'string' && header.alg !== 'none' && claims) return claims
  throw invalid('The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)')
}

function readObject(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    // A signature is none, and neither is a part of what is no token.
    return undefined
  }
}

const missing = (claim: string): ServiceError => invalid(`Missing a required claim: ${claim}`)
const invalid = (sentence: string): ServiceError => new ServiceError('InvalidIdentityToken', sentence)
