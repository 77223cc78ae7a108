import { nameOf } from './names.ts'
import { reconciling } from './reconcile.ts'
import type { Scope } from './scope.ts'

const FIRST_RETRY_MS = 60_000
const LAST_RETRY_MS = 60 * 60 * 1000

/**
 * A launch has failed: it is tried again after a minute, and less and less often, up to hourly. How often AWS does is
 * not published, only that it goes on trying.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
 */
export function retryLater({ record, call }: Scope): void {
  const failures = (record.retry?.failures ?? 0) + 1
  const ms = Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LAST_RETRY_MS)
  record.retry = { failures, at: new Date(call.now.getTime() + ms) }
  call.world.schedule.after(ms, reconciling, nameOf(record, call.region))
}

/** Whether a launch that failed is not to be tried again yet. */
export const isHeldBack = ({ record, call }: Scope): boolean => record.retry !== undefined && record.retry.at > call.now
