import { terminateMember } from './end-member.ts'
import type { GroupRecord } from './records.ts'
import { launchOrRetry, warmMembers } from './scale.ts'
import type { Scope } from './scope.ts'

/** Keeps the warm pool at its size; one that is being deleted is gone once its last instance is. */
export function keepWarmPool(scope: Scope): void {
  const { record } = scope
  if (record.warmPool?.Status === 'PendingDelete' && !hasWarm(record)) record.warmPool = undefined
  const size = warmSizeOf(record)
  const members = warmMembers(record)
  for (const member of members.slice(size)) terminateMember(scope, member, SHRINKING)
  if (record.suspended.has('Launch')) return
  for (let present = members.length; present < size; present++) {
    if (!launchOrRetry(scope, 'Warmed:Pending', `${GROWING} from ${present} to ${size}.`)) return
  }
}

const SHRINKING = 'an instance was taken out of the warm pool in response to its size.'
const GROWING =
  'an instance was started in response to a difference between desired and actual capacity, increasing the warm pool'

const hasWarm = ({ members }: GroupRecord): boolean =>
  [...members.values()].some(({ instance }) => instance.LifecycleState.startsWith('Warmed:'))

/**
 * How many instances a warm pool is to hold: what the group could still grow by, or up to a maximum prepared capacity.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutWarmPool.html
 */
function warmSizeOf({ group, warmPool }: GroupRecord): number {
  if (!warmPool || warmPool.Status || group.Status) return 0
  const { MaxGroupPreparedCapacity: prepared, MinSize: min = 0 } = warmPool
  const most = prepared === undefined ? group.MaxSize : prepared
  return Math.max(min, most - group.DesiredCapacity, 0)
}
