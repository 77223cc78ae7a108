import { createHash } from 'node:crypto'
import { ServiceError } from '../errors.ts'
import type { Call } from '../handler.ts'

/**
 * Makes a request idempotent by its ClientToken: the same request again answers with what the first one made, a
 * different one with the same token is refused.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
 */
export function once(
  operation: string,
  input: { ClientToken?: string | undefined },
  call: Call,
  make: () => string
): string {
  const { ClientToken: token, ...rest } = input
  if (!token) return make()
  const key = `${call.account}/${operation}/${token}`
  const fingerprint = createHash('sha256').update(JSON.stringify(rest)).digest('hex')
  const earlier = call.region.tokens.get(key)
  if (earlier && earlier.fingerprint !== fingerprint) {
    throw new ServiceError(
      'IdempotentParameterMismatch',
      `Arguments on this idempotent request are inconsistent with arguments used in previous request(s).`
    )
  }
  if (earlier) return earlier.resourceId
  const resourceId = make()
  call.region.tokens.set(key, { fingerprint, resourceId })
  return resourceId
}
