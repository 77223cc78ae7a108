import { ServiceError } from '../errors.ts'
import type { World } from '../world/world.ts'

export interface Identity {
  readonly account: string
  readonly arn: string
  readonly userId: string
}

/** The account of every access key id that is neither twelve digits nor handed out by STS. */
export const DEFAULT_ACCOUNT = '000000000000'

/**
 * Who an access key id stands for. Signatures are not checked: the sandbox trusts whoever reaches its loopback port.
 * Errors: ExpiredToken and InvalidClientTokenId for keys of STS that have expired or were never handed out.
 */
export function identify(accessKeyId: string, world: World): Identity {
  const session = world.sessions.get(accessKeyId)
  if (session) {
    if (session.expiration <= world.clock.now()) {
      throw new ServiceError('RequestExpired', 'The security token included in the request is expired')
    }
    return session
  }
  if (accessKeyId.startsWith('ASIA')) {
    throw new ServiceError('AuthFailure', 'AWS was not able to validate the provided access credentials', 401)
  }
  const account = /^\d{12}$/.test(accessKeyId) ? accessKeyId : DEFAULT_ACCOUNT
  return { account, arn: `arn:aws:iam::${account}:user/sandbox`, userId: `AIDA${account}SANDBOX` }
}
