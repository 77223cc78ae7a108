import { ServiceError } from '../errors.ts'

const MIN_SECONDS = 900
const MAX_SECONDS = 43_200
const DEFAULT_SECONDS = 3600
const MAX_CHAINED_SECONDS = 3600

/** A role that somebody wants to assume. */
export interface Role {
  readonly account: string
  readonly name: string
  readonly sessionName: string
}

interface RoleRequest {
  readonly RoleArn?: string | undefined
  readonly RoleSessionName?: string | undefined
}

/** Reads which role is asked for, and the name of the session. Errors: ValidationError. */
export function readRole({ RoleArn: arn = '', RoleSessionName: sessionName = '' }: RoleRequest): Role {
  const [, account, name] = /^arn:aws:iam::(\d{12}):role\/(?:[\x21-\x7e]+\/)?([\w+=,.@-]{1,64})$/.exec(arn) ?? []
  if (!account || !name) throw invalid(`${arn.slice(0, 200)} is invalid`)
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) {
    const pattern = 'Member must satisfy regular expression pattern: [\\w+=,.@-]*, and have a length of 2 to 64'
    throw constraint(sessionName, 'roleSessionName', pattern)
  }
  return { account, name, sessionName }
}

/**
 * The session's length in seconds. The sandbox has no roles of its own, so each has the greatest maximum.
 * Errors: ValidationError.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
 */
export function readDuration(seconds: number = DEFAULT_SECONDS, chained = false): number {
  if (seconds < MIN_SECONDS) {
    throw constraint(seconds, 'durationSeconds', `Member must have value greater than or equal to ${MIN_SECONDS}`)
  }
  if (seconds > MAX_SECONDS) {
    throw constraint(seconds, 'durationSeconds', `Member must have value less than or equal to ${MAX_SECONDS}`)
  }
  if (chained && seconds > MAX_CHAINED_SECONDS) {
    throw invalid('The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.')
  }
  return seconds
}

/** A role whose name contains `denied` trusts nobody: the sandbox's way to show what a missing permission looks like. */
export const trustsNobody = ({ name }: Role): boolean => name.toLowerCase().includes('denied')

const constraint = (value: string | number, path: string, what: string): ServiceError =>
  invalid(`1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint: ${what}`)

const invalid = (sentence: string): ServiceError => new ServiceError('ValidationError', sentence)
