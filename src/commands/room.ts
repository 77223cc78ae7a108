import type { Aws } from '../aws/aws.ts'
import { serviceErrorName } from '../aws/failure.ts'
import { waitFor } from '../aws/poller.ts'

/** EC2's ways to say that too much of a kind is under way. */
const NO_ROOM = new Set(['ResourceLimitExceeded', 'ConcurrentSnapshotLimitExceeded', 'PendingSnapshotLimitExceeded'])
/** EC2's ways to say that it has not heard yet of what was shared a moment ago. */
const NOT_SHARED = new Set(['InvalidAMIID.NotFound', 'InvalidRequest', 'InvalidSnapshot.NotFound', 'AuthFailure'])
const SHARING_SECONDS = 60
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

/**
 * Makes a call with what another account has just shared, and makes it again until EC2 has heard of it everywhere.
 * Errors: after a minute the call's own.
 */
export async function whenShared<T>(aws: Aws, what: string, call: () => Promise<T>): Promise<T> {
  const end = Date.now() + SHARING_SECONDS * 1000
  const look = async () => {
    try {
      return { done: await call() }
    } catch (error) {
      if (!NOT_SHARED.has(serviceErrorName(error)) || Date.now() > end) throw error
      return { waiting: 'not shared yet' }
    }
  }
  const timeoutSeconds = SHARING_SECONDS * 2
  return waitFor({ what, look, timeoutSeconds, maxPauseSeconds: 5, signal: aws.signal, log: aws.run.log })
}
