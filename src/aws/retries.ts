import { StandardRetryStrategy } from '@smithy/core/retry'
import type { RetryErrorInfo, StandardRetryToken } from '@smithy/types'

const MAX_ATTEMPTS = 5

/** EC2 answers them with 500 as if they would pass in a moment; another type or zone is the better answer. */
const NO_USE = /^Insufficient\w*Capacity$/

/** Makes a call again as the SDK does, but not where capacity is missing. */
export class Retries extends StandardRetryStrategy {
  constructor() {
    super(MAX_ATTEMPTS)
  }

  override refreshRetryTokenForRetry(token: StandardRetryToken, failed: RetryErrorInfo): Promise<StandardRetryToken> {
    return NO_USE.test(failed.error?.name ?? '')
      ? Promise.reject(failed.error)
      : super.refreshRetryTokenForRetry(token, failed)
  }
}
