import { expect, test } from '@jest/globals'
import type { RetryErrorInfo } from '@smithy/types'
import { Retries } from '../../src/aws/retries.ts'

/** As the SDK sees an answer with 500. */
const failed = (name: string): RetryErrorInfo => ({
  error: Object.assign(new Error(name), { name }) as NonNullable<RetryErrorInfo['error']>,
  errorType: 'TRANSIENT'
})

async function retry(name: string) {
  const retries = new Retries()
  return retries.refreshRetryTokenForRetry(await retries.acquireInitialRetryToken(''), failed(name))
}

test.each(['InternalError', 'Unavailable', 'RequestLimitExceeded'])('%s is answered by asking again', async name => {
  expect((await retry(name)).getRetryCount()).toBe(1)
})

/** @see https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-error-codes.html (server error codes) */
test.each(['InsufficientInstanceCapacity', 'InsufficientHostCapacity', 'InsufficientVolumeCapacity'])(
  '%s is not, although EC2 answers it with 500',
  async name => {
    await expect(retry(name)).rejects.toThrow(name)
  }
)
