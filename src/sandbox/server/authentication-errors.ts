import { ServiceError } from '../errors.ts'
import type { Protocol } from './route.ts'

type Reason = 'unsigned' | 'malformed scope' | 'unknown key' | 'expired' | 'unknown region'
type Refusal = readonly [code: string, status: number, message: string]

const NOT_VALIDATED = 'AWS was not able to validate the provided access credentials'
const UNSIGNED = 'The request must contain a signature: Missing Authentication Token'
const SCOPE = 'Credential must be KEY/DATE/REGION/SERVICE/aws4_request'
const INVALID = 'The security token included in the request is invalid.'
const EXPIRED = 'The security token included in the request is expired'
const REGION = 'Credential should be scoped to a valid region.'

/** EC2, STS (query) and SSM and KMS (json) each have their own codes for credentials that they refuse. */
const REFUSALS: Readonly<Record<Protocol, Readonly<Record<Reason, Refusal>>>> = {
  ec2: {
    unsigned: ['MissingAuthenticationToken', 403, UNSIGNED],
    'malformed scope': ['AuthFailure', 401, `${NOT_VALIDATED}: ${SCOPE}`],
    'unknown key': ['AuthFailure', 401, NOT_VALIDATED],
    expired: ['RequestExpired', 400, EXPIRED],
    'unknown region': ['AuthFailure', 401, REGION]
  },
  query: {
    unsigned: ['MissingAuthenticationToken', 403, UNSIGNED],
    'malformed scope': ['IncompleteSignature', 400, SCOPE],
    'unknown key': ['InvalidClientTokenId', 403, INVALID],
    expired: ['ExpiredToken', 403, EXPIRED],
    'unknown region': ['SignatureDoesNotMatch', 403, REGION]
  },
  json: {
    unsigned: ['MissingAuthenticationTokenException', 400, UNSIGNED],
    'malformed scope': ['IncompleteSignatureException', 400, SCOPE],
    'unknown key': ['UnrecognizedClientException', 400, INVALID],
    expired: ['ExpiredTokenException', 400, EXPIRED],
    'unknown region': ['InvalidSignatureException', 400, REGION]
  },
  rest: {
    unsigned: ['MissingAuthenticationTokenException', 403, UNSIGNED],
    'malformed scope': ['IncompleteSignatureException', 403, SCOPE],
    'unknown key': ['UnrecognizedClientException', 403, INVALID],
    expired: ['ExpiredTokenException', 403, EXPIRED],
    'unknown region': ['InvalidSignatureException', 403, REGION]
  }
}

/**
 * The refusal of a caller who could not be identified, as the service of this protocol says it.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-error-codes.html
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html
 */
export function authenticationError(protocol: Protocol, reason: Reason): ServiceError {
  const [code, status, message] = REFUSALS[protocol][reason]
  return new ServiceError(code, message, status)
}
