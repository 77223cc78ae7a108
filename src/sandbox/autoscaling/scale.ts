import { ServiceError } from '../errors.ts'
import { isWarm, liveCapacity, weightOf } from './capacity.ts'
import { PASSING } from './check-source.ts'
import { takeFromWarmPool, terminateMember } from './end-member.ts'
import { launchFailure, launchMember } from './launch-member.ts'
import type { GroupRecord, Member } from './records.ts'
import { failRefresh, presentSource } from './refresh-end.ts'
import { surplusOf } from './refresh-pace.ts'
import { isHeldBack, retryLater } from './retry.ts'
import type { Scope } from './scope.ts'
import { chooseVictim } from './termination-policy.ts'
import { activeRefresh } from './warmup.ts'

/** Launches what is missing: from the warm pool what is there, the rest anew. */
export function scaleOut(scope: Scope): void {
  const { record } = scope
  if (record.suspended.has('Launch')) return
  for (let live = liveCapacity(record); live < targetOf(record); live = liveCapacity(record)) {
    const { DesiredCapacity: desired } = record.group
    const cause = `an instance was started in response to a difference between desired and actual capacity, increasing the capacity from ${live} to ${Math.max(desired, live + 1)}.`
    const warm = warmMember(record)
    if (warm) takeFromWarmPool(scope, warm, cause)
    else if (!launchOrRetry(scope, 'Pending', cause)) return
  }
}

const targetOf = (record: GroupRecord): number => record.group.DesiredCapacity + surplusOf(record)

/** One that is ready in the pool, and is not about to be replaced. */
function warmMember(record: GroupRecord): Member | undefined {
  const outstanding = activeRefresh(record)?.outstanding
  return [...record.members.values()].find(
    ({ instance }) =>
      /^Warmed:(Stopped|Running)$/.test(instance.LifecycleState) && !outstanding?.has(instance.InstanceId)
  )
}

/** Launches one instance unless launches are held back; where that fails, it is retried later. */
export function launchOrRetry(scope: Scope, state: 'Pending' | 'Warmed:Pending', cause: string): boolean {
  if (isHeldBack(scope)) return false
  const launched = launchMember(scope, presentSource(scope.record), state, cause)
  if (!(launched instanceof ServiceError)) {
    const active = activeRefresh(scope.record)
    if (active?.refresh.Status === 'InProgress') active.launched.add(launched.instance.InstanceId)
    return true
  }
  retryLater(scope)
  if (!PASSING.has(launched.code)) failRefresh(scope, launchFailure(launched))
  return false
}

/** Terminates what is too much, never below the desired capacity. */
export function scaleIn(scope: Scope): void {
  const { record } = scope
  if (record.suspended.has('Terminate')) return
  for (let live = liveCapacity(record); live > targetOf(record); live = liveCapacity(record)) {
    const victim = chooseVictim(scope)
    if (!victim || live - weightOf(victim) < record.group.DesiredCapacity) return
    const shrinking = `shrinking the capacity from ${live} to ${live - weightOf(victim)}`
    const reason = `a difference between desired and actual capacity, ${shrinking}`
    terminateMember(scope, victim, `an instance was taken out of service in response to ${reason}.`)
  }
}

export const warmMembers = ({ members }: GroupRecord): Member[] =>
  [...members.values()].filter(
    member => isWarm(member) && !member.instance.LifecycleState.startsWith('Warmed:Terminating')
  )
