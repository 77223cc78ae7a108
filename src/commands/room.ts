import type { Aws } from '../aws/aws.ts'
import { serviceErrorName } from '../aws/failure.ts'
import { waitFor } from '../aws/poller.ts'

/** EC2's ways to say that too much of a kind is under way. */
const NO_ROOM = new Set(['ResourceLimitExceeded', 'ConcurrentSnapshotLimitExceeded', 'PendingSnapshotLimitExceeded'])
const PAUSE_SECONDS = 15

/**
 * Makes a call that EC2 refuses while too many of its kind are under way, and makes it again until there is room.
 * Errors: TIMEOUT; the call's own.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-resource-quotas.html (concurrent snapshot copies)
 */
export function whenThereIsRoom<T>(aws: Aws, what: string, call: () => Promise<T>, timeoutSeconds: number): Promise<T> {
  const look = async () => {
    try {
      return { done: await call() }
    } catch (error) {
      if (!NO_ROOM.has(serviceErrorName(error))) throw error
      return { waiting: 'too many are under way' }
    }
  }
  return waitFor({ what, look, timeoutSeconds, maxPauseSeconds: PAUSE_SECONDS, signal: aws.signal, log: aws.run.log })
}
