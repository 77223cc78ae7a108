import { liveMembers, weightOf } from './capacity.ts'
import type { GroupRecord, RefreshRecord } from './records.ts'
import { activeRefresh } from './warmup.ts'

interface Pace {
  /** The capacity that stays in service and warmed up. */
  readonly least: number
  /** How much may be there beyond the desired capacity: where any may, launches come before terminations. */
  readonly extra: number
  /** Whether one instance is replaced even where the percentage leaves no room for it. */
  readonly atLeastOne: boolean
}

/**
 * How fast a refresh may go. With a minimum of 100 percent new instances are launched first; so they are with an
 * explicit maximum that would not let anything be replaced otherwise.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
 */
export function paceOf({ group }: GroupRecord, { refresh }: RefreshRecord): Pace {
  const { MinHealthyPercentage: min = 90, MaxHealthyPercentage: max } = refresh.Preferences ?? {}
  const desired = group.DesiredCapacity
  const least = Math.ceil((desired * min) / 100)
  const extra = Math.floor((desired * ((max ?? 100) - 100)) / 100)
  const launchesFirst = min === 100 || max !== undefined
  return {
    least,
    extra: launchesFirst && least >= desired ? Math.max(1, extra) : extra,
    atLeastOne: !launchesFirst
  }
}

/** By how much a group may presently exceed its desired capacity: never by more than is still to be replaced. */
export function surplusOf(record: GroupRecord): number {
  const active = activeRefresh(record)
  const status = active?.refresh.Status
  if (!active || (status !== 'InProgress' && status !== 'RollbackInProgress')) return 0
  const left = liveMembers(record).filter(({ instance }) => active.outstanding.has(instance.InstanceId))
  const weight = left.reduce((sum, member) => sum + weightOf(member), 0)
  return Math.min(weight, paceOf(record, active).extra)
}
