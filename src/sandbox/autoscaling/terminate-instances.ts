import type { ActivityType, TerminateInstanceInAutoScalingGroupType } from '@aws-sdk/client-auto-scaling'
import type { Call, Handler, Handlers } from '../handler.ts'
import { activityOf } from './activities.ts'
import { isWarm, weightOf } from './capacity.ts'
import { terminateMember } from './end-member.ts'
import { validationError } from './errors.ts'
import { findGroup } from './names.ts'
import { reconcileSoon } from './reconcile.ts'
import type { GroupRecord, Member } from './records.ts'

const MAX_IDS = 100

/**
 * Terminates instances of a group: they are replaced, unless the desired capacity is decremented.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_TerminateInstanceInAutoScalingGroup.html
 */
const terminateInstance: Handler<TerminateInstanceInAutoScalingGroupType, ActivityType> = (input, call) => {
  const { record, members } = selectMembers(input, call)
  const decrements = input.ShouldDecrementDesiredCapacity ?? false
  if (decrements) decrement(record, members)
  const scope = { record, call }
  const activities = members.map(member => {
    const id = terminateMember(scope, member, 'an instance was taken out of service in response to a user request.')
    return activityOf(scope, id)
  })
  reconcileSoon(scope)
  const [Activity] = activities
  return input.InstanceIds?.length ? { Activities: activities.flatMap(each => each ?? []) } : { Activity }
}

interface Selection {
  readonly record: GroupRecord
  readonly members: readonly Member[]
}

function selectMembers(input: TerminateInstanceInAutoScalingGroupType, call: Call): Selection {
  const { InstanceId: id, InstanceIds: ids = [], AutoScalingGroupName: name } = input
  if (ids.length > 0 && !name) throw validationError('InstanceIds requires that you also specify AutoScalingGroupName.')
  if (ids.length > 0 && id) throw validationError('Either InstanceId or InstanceIds can be specified, not both.')
  if (ids.length > MAX_IDS) throw validationError(`You can specify up to ${MAX_IDS} instances.`)
  const wanted = ids.length > 0 ? [...new Set(ids)] : [id ?? '']
  const record = name ? findGroup(name, call) : groupWith(wanted[0] ?? '', call)
  return { record, members: wanted.map(each => findMember(record, each)) }
}

function groupWith(id: string, { region, account }: Call): GroupRecord {
  for (const record of region.autoScalingGroups.values()) {
    if (record.ownerId === account && record.members.has(id)) return record
  }
  throw missing(id)
}

const missing = (id: string) =>
  validationError(`Instance Id not found - No managed instance found for instance ID: ${id.slice(0, 60)}`)

/** The instance of this id, in service. Errors: ValidationError. */
export function findMember(record: GroupRecord, id: string): Member {
  const member = record.members.get(id)
  if (!member || isWarm(member) || member.instance.LifecycleState === 'Terminating') throw missing(id)
  return member
}

/** Lowers the desired capacity by these instances. Errors: ValidationError where the minimum does not allow that. */
export function decrement({ group }: GroupRecord, members: readonly Member[]): void {
  const desired = group.DesiredCapacity - members.reduce((sum, member) => sum + weightOf(member), 0)
  if (desired >= group.MinSize) {
    group.DesiredCapacity = desired
    return
  }
  const { DesiredCapacity, MinSize } = group
  const present = `Currently, desiredSize equals ${DesiredCapacity} and minSize equals ${MinSize}.`
  const violation = `Terminating instance without replacement will violate group's min size constraint.`
  const advice = `Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.`
  throw validationError(`${present} ${violation} ${advice}`)
}

export const terminateInstanceHandlers = { TerminateInstanceInAutoScalingGroup: terminateInstance } satisfies Handlers
