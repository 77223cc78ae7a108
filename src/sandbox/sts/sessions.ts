import { randomBytes } from 'node:crypto'
import type { Credentials } from '@aws-sdk/client-sts'
import { invalidValue } from '../errors.ts'
import type { Call } from '../handler.ts'

export interface Role {
  readonly arn: string
  readonly account: string
  readonly name: string
}

const ROLE_ARN = /^arn:aws(?:-[a-z]+)*:iam::(\d{12}):role\/(?:[\w+=,.@/-]+\/)?([\w+=,.@-]{1,64})$/
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The role that an ARN names. Errors: ValidationError. */
export function readRole(arn: string): Role {
  const [, account, name] = ROLE_ARN.exec(arn) ?? []
  if (account && name) return { arn, account, name }
  throw invalidValue('RoleArn', arn.slice(0, 100), 'the ARN of a role')
}

/**
 * Hands out a session of a role: its keys belong to the role's account until they expire.
 * Errors: InvalidParameterValue for a bad session name.
 */
export function openSession(role: Role, sessionName: string, durationSeconds: number, { world, now }: Call) {
  if (!SESSION_NAME.test(sessionName)) {
    throw invalidValue(
      'RoleSessionName',
      sessionName.slice(0, 64),
      '2 to 64 of the characters A-Z a-z 0-9 _ + = , . @ -'
    )
  }
  const expiration = new Date(now.getTime() + durationSeconds * 1000)
  const arn = `arn:aws:sts::${role.account}:assumed-role/${role.name}/${sessionName}`
  const userId = `AROA${role.account}:${sessionName}`
  const credentials: Credentials = {
    AccessKeyId: `ASIA${randomText(16)}`,
    SecretAccessKey: randomBytes(30).toString('base64'),
    SessionToken: randomBytes(90).toString('base64'),
    Expiration: expiration
  }
  world.sessions.set(String(credentials.AccessKeyId), { account: role.account, arn, userId, expiration })
  return { Credentials: credentials, AssumedRoleUser: { AssumedRoleId: userId, Arn: arn } }
}

const randomText = (length: number): string =>
  [...randomBytes(length)].map(byte => BASE32[byte % BASE32.length]).join('')
