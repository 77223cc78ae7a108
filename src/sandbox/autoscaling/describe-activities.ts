import type { ActivitiesType, DescribeScalingActivitiesType, Filter } from '@aws-sdk/client-auto-scaling'
import type { Call, Handler, Handlers } from '../handler.ts'
import { validationError } from './errors.ts'
import { findGroup, keyOf } from './names.ts'
import { paginate } from './pages.ts'
import type { ActivityRecord } from './records.ts'

/**
 * Describes scaling activities, the latest first; those of deleted groups where it is asked for.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingActivities.html
 */
const describeScalingActivities: Handler<DescribeScalingActivitiesType, ActivitiesType> = (input, call) => {
  const { AutoScalingGroupName: name, ActivityIds: ids, IncludeDeletedGroups: withDeleted = false } = input
  if (name !== undefined && !withDeleted) findGroup(name, call)
  const tests = (input.Filters ?? []).map(compileFilter)
  const found = activitiesOf(name, call)
    .filter(activity => withDeleted || isOfLiving(activity, call))
    .filter(({ ActivityId }) => !ids?.length || ids.includes(ActivityId))
    .filter(activity => tests.every(test => test(activity)))
  const { page, ...more } = paginate(found.reverse(), input)
  return {
    Activities: page.map(activity => ({
      ...activity,
      ...(!isOfLiving(activity, call) && { AutoScalingGroupState: 'Deleted' })
    })),
    ...more
  }
}

function activitiesOf(name: string | undefined, { region, account }: Call): ActivityRecord[] {
  if (name !== undefined) return [...(region.scalingActivities.get(keyOf(account, name)) ?? [])]
  const own = [...region.scalingActivities].filter(([key]) => key.startsWith(`${account}/`))
  return own.flatMap(([, activities]) => activities).sort((a, b) => a.StartTime.getTime() - b.StartTime.getTime())
}

/** A group of the same name that was made later is another one. */
function isOfLiving({ AutoScalingGroupName: name, AutoScalingGroupARN: arn }: ActivityRecord, call: Call): boolean {
  return call.region.autoScalingGroups.get(keyOf(call.account, name))?.group.AutoScalingGroupARN === arn
}

function compileFilter({ Name: name = '', Values: values = [] }: Filter): (activity: ActivityRecord) => boolean {
  const times = values.map(value => new Date(value).getTime())
  if (name === 'Status') return ({ StatusCode: status = '' }) => values.includes(status)
  if (name === 'StartTimeLowerBound') return ({ StartTime: at }) => times.some(time => at.getTime() >= time)
  if (name === 'StartTimeUpperBound') return ({ StartTime: at }) => times.some(time => at.getTime() <= time)
  throw validationError(`Filter type ${name.slice(0, 60)} is not correct.`)
}

export const activityHandlers = { DescribeScalingActivities: describeScalingActivities } satisfies Handlers
