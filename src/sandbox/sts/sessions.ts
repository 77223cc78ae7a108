import { createHash, randomBytes } from 'node:crypto'
import type { AssumedRoleUser, Credentials } from '@aws-sdk/client-sts'
import { ServiceError } from '../errors.ts'
import type { Call } from '../handler.ts'

export interface Role {
  readonly account: string
  readonly name: string
}

const HOUR_SECONDS = 3600
const MIN_SECONDS = 900
const MAX_SECONDS = 12 * HOUR_SECONDS

const ROLE_ARN = /^arn:aws(?:-[a-z]+)*:iam::(\d{12}):role\/(?:[\w+=,.@/-]+\/)?([\w+=,.@-]{1,64})$/
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The role that an ARN names. Errors: ValidationError. */
export function readRole(arn: string): Role {
  const [, account, name] = ROLE_ARN.exec(arn) ?? []
  if (account && name) return { account, name }
  throw validation(`${arn.slice(0, 200)} is invalid`)
}

/**
 * The length of a session in seconds. The sandbox keeps no roles, so each has the longest maximum there is; a session
 * of a session gets an hour. Errors: ValidationError.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
 */
export function readDuration(seconds: number = HOUR_SECONDS, chained = false): number {
  const bounds = `have value ${seconds < MIN_SECONDS ? `greater than or equal to ${MIN_SECONDS}` : `less than or equal to ${MAX_SECONDS}`}`
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) throw constraint(String(seconds), 'durationSeconds', bounds)
  if (chained && seconds > HOUR_SECONDS) {
    throw validation(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.'
    )
  }
  return seconds
}

/**
 * Hands out a session of a role: its keys belong to the role's account until they expire.
 * Errors: ValidationError for a bad session name.
 */
export function openSession(
  role: Role,
  sessionName: string,
  durationSeconds: number,
  { world, now }: Call
): { Credentials: Credentials; AssumedRoleUser: AssumedRoleUser } {
  if (!SESSION_NAME.test(sessionName)) {
    const pattern = 'satisfy regular expression pattern: [\\w+=,.@-]*, with a length from 2 to 64'
    throw constraint(sessionName.slice(0, 100), 'roleSessionName', pattern)
  }
  // The wire has whole seconds: what the caller is told is what holds.
  const expiration = new Date(Math.floor(now.getTime() / 1000) * 1000 + durationSeconds * 1000)
  const arn = `arn:aws:sts::${role.account}:assumed-role/${role.name}/${sessionName}`
  const userId = `${roleId(role)}:${sessionName}`
  const AccessKeyId = `ASIA${toText(randomBytes(16))}`
  world.sessions.set(AccessKeyId, { account: role.account, arn, userId, expiration })
  return {
    Credentials: {
      AccessKeyId,
      SecretAccessKey: randomBytes(30).toString('base64'),
      SessionToken: randomBytes(90).toString('base64'),
      Expiration: expiration
    },
    AssumedRoleUser: { AssumedRoleId: userId, Arn: arn }
  }
}

/** A role keeps its unique id, whoever assumes it. */
const roleId = ({ account, name }: Role): string =>
  `AROA${toText(createHash('sha256').update(`${account}/${name}`).digest().subarray(0, 17))}`

const toText = (bytes: Uint8Array): string => [...bytes].map(byte => BASE32[byte % BASE32.length]).join('')

const constraint = (value: string, path: string, what: string): ServiceError =>
  validation(
    `1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint: Member must ${what}`
  )

const validation = (sentence: string): ServiceError => new ServiceError('ValidationError', sentence)
