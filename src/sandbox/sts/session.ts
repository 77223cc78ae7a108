import { createHash, randomBytes } from 'node:crypto'
import type { AssumedRoleUser, Credentials } from '@aws-sdk/client-sts'
import type { Call } from '../handler.ts'
import type { Role } from './role.ts'

const ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Hands out keys that stand for the role's account until they expire. */
export function openSession(
  role: Role,
  durationSeconds: number,
  { world, now }: Call
): { Credentials: Credentials; AssumedRoleUser: AssumedRoleUser } {
  const { account, name, sessionName } = role
  const AccessKeyId = `ASIA${idFrom(randomBytes(16))}`
  const Arn = `arn:aws:sts::${account}:assumed-role/${name}/${sessionName}`
  const AssumedRoleId = `${roleId(role)}:${sessionName}`
  // Expiration goes over the wire in whole seconds.
  const Expiration = new Date(Math.floor(now.getTime() / 1000) * 1000 + durationSeconds * 1000)
  world.sessions.set(AccessKeyId, { account, arn: Arn, userId: AssumedRoleId, expiration: Expiration })
  return {
    Credentials: {
      AccessKeyId,
      SecretAccessKey: randomBytes(30).toString('base64'),
      SessionToken: randomBytes(240).toString('base64'),
      Expiration
    },
    AssumedRoleUser: { AssumedRoleId, Arn }
  }
}

/** A role keeps its unique id, whoever assumes it. */
const roleId = ({ account, name }: Role): string =>
  `AROA${idFrom(createHash('sha256').update(`${account}/${name}`).digest().subarray(0, 17))}`

const idFrom = (bytes: Uint8Array): string => [...bytes].map(byte => ID_ALPHABET[byte % 32]).join('')
