import { isRegion } from '../world/regions.ts'
import type { World } from '../world/world.ts'
import { authenticationError } from './authentication-errors.ts'
import type { Route } from './route.ts'

interface Identity {
  readonly account: string
  readonly arn: string
  readonly userId: string
}

/** The account of every access key id that is neither twelve digits nor handed out by STS. */
const DEFAULT_ACCOUNT = '000000000000'

/**
 * Who calls. Signatures are not checked: the sandbox trusts whoever reaches its loopback port.
 * Errors: the service's own for a key of STS that has expired or was never handed out, and for an unknown region.
 */
export function identify({ accessKeyId = DEFAULT_ACCOUNT, region, protocol }: Route, world: World): Identity {
  if (!isRegion(region)) throw authenticationError(protocol, 'unknown region')
  const session = world.sessions.get(accessKeyId)
  if (session && session.expiration <= world.clock.now()) throw authenticationError(protocol, 'expired')
  if (session) return session
  if (accessKeyId.startsWith('ASIA')) throw authenticationError(protocol, 'unknown key')
  const account = /^\d{12}$/.test(accessKeyId) ? accessKeyId : DEFAULT_ACCOUNT
  return { account, arn: `arn:aws:iam::${account}:user/sandbox`, userId: `AIDA${account}SANDBOX` }
}
