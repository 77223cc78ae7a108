import { randomUUID } from 'node:crypto'
import { keyOf } from './names.ts'
import type { ActivityRecord } from './records.ts'
import type { Scope } from './scope.ts'

const SIX_WEEKS_MS = 42 * 24 * 60 * 60 * 1000

/** What a group starts to do, and why. */
export interface Beginning {
  readonly description: string
  /** Completes the sentence "At TIME …". */
  readonly cause: string
  readonly subnetId?: string | undefined
  readonly zone: string
}

/** Records a scaling activity as in progress. Those of more than six weeks ago are forgotten. */
export function beginActivity({ record, call }: Scope, beginning: Beginning): ActivityRecord {
  const { AutoScalingGroupName, AutoScalingGroupARN } = record.group
  const key = keyOf(record.ownerId, AutoScalingGroupName)
  const activities = call.region.scalingActivities.get(key) ?? []
  const activity: ActivityRecord = {
    ActivityId: randomUUID(),
    AutoScalingGroupName,
    AutoScalingGroupARN,
    Description: beginning.description,
    Cause: `At ${call.now.toISOString().replace(/\.\d+Z$/, 'Z')} ${beginning.cause}`,
    StartTime: call.now,
    StatusCode: 'InProgress',
    Progress: 50,
    Details: JSON.stringify({
      ...(beginning.subnetId && { 'Subnet ID': beginning.subnetId }),
      'Availability Zone': beginning.zone
    })
  }
  const kept = activities.findIndex(each => call.now.getTime() - each.StartTime.getTime() < SIX_WEEKS_MS)
  activities.splice(0, kept < 0 ? activities.length : kept)
  activities.push(activity)
  call.region.scalingActivities.set(key, activities)
  return activity
}

/** Ends an activity: with what failed, if something did. */
export function endActivity(scope: Scope, activityId: string, failure?: string): void {
  const { record, call } = scope
  const key = keyOf(record.ownerId, record.group.AutoScalingGroupName)
  const activity = call.region.scalingActivities.get(key)?.findLast(each => each.ActivityId === activityId)
  if (!activity || activity.EndTime) return
  Object.assign(activity, { EndTime: call.now, Progress: 100, StatusCode: failure ? 'Failed' : 'Successful' })
  if (!failure) return
  Object.assign(activity, {
    StatusMessage: failure,
    Description: `${activity.Description?.replace(/: i-\w+$/, '')}.  Status Reason: ${failure}`
  })
}

/** The activity of this id. */
export const activityOf = ({ record, call }: Scope, activityId: string): ActivityRecord | undefined =>
  call.region.scalingActivities
    .get(keyOf(record.ownerId, record.group.AutoScalingGroupName))
    ?.findLast(each => each.ActivityId === activityId)
