import type { Market } from './choices.ts'
import type { GroupRecord, LaunchSource, Member } from './records.ts'
import { instanceOf, type Scope } from './scope.ts'

/** Whether an instance counts towards the group's capacity. */
export const isLive = ({ instance }: Member): boolean => ['Pending', 'InService'].includes(instance.LifecycleState)

export const isWarm = ({ instance }: Member): boolean => instance.LifecycleState.startsWith('Warmed:')

/** How many units of capacity an instance is: 1, unless its override says otherwise. */
export const weightOf = ({ instance }: Member): number => Number(instance.WeightedCapacity ?? 1)

const sum = (members: readonly Member[]): number => members.reduce((total, member) => total + weightOf(member), 0)

export const liveMembers = ({ members }: GroupRecord): Member[] => [...members.values()].filter(isLive)

/** The capacity that is there or on its way. */
export const liveCapacity = (record: GroupRecord): number => sum(liveMembers(record))

/** The capacity that is in service and warmed up. */
export const readyCapacity = (record: GroupRecord, now: Date): number => sum(liveMembers(record).filter(isReady(now)))

export const isReady =
  (now: Date) =>
  ({ instance, readyAt }: Member): boolean =>
    instance.LifecycleState === 'InService' && readyAt !== undefined && readyAt <= now

/**
 * Whether the next instance is to be on demand or spot: a base on demand, above it a percentage.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html
 */
export function nextMarket({ record, call }: Scope, { MixedInstancesPolicy: policy }: LaunchSource): Market {
  const { OnDemandBaseCapacity: base = 0, OnDemandPercentageAboveBaseCapacity: percentage = 100 } =
    policy?.InstancesDistribution ?? {}
  const live = liveMembers(record)
  const onDemand = live.filter(member => instanceOf(member, call)?.instance.InstanceLifecycle !== 'spot')
  const above = Math.max(0, sum(live) + 1 - base)
  return sum(onDemand) < base + Math.ceil((above * percentage) / 100) ? 'on-demand' : 'spot'
}
