import { stop, terminate } from '../ec2/instances/guest-end.ts'
import { start } from '../ec2/instances/guest-life.ts'
import type { Life } from '../ec2/instances/life.ts'
import { enter, stateOf } from '../ec2/instances/states.ts'
import { beginActivity, endActivity } from './activities.ts'
import { isWarm } from './capacity.ts'
import type { Member } from './records.ts'
import { instanceOf, type Scope } from './scope.ts'

function lifeOf(member: Member, { call }: Scope): Life | undefined {
  const record = instanceOf(member, call)
  return record && { world: call.world, region: call.region, record }
}

/** Terminates an instance of a group, and records why. Termination protection does not hold Auto Scaling back. */
export function terminateMember(scope: Scope, member: Member, cause: string): string {
  const { instance } = member
  const warm = isWarm(member)
  const life = lifeOf(member, scope)
  const { ActivityId } = beginActivity(scope, {
    description: `Terminating EC2 instance${warm ? ' from warm pool' : ''}: ${instance.InstanceId}`,
    cause,
    subnetId: life?.record.instance.SubnetId,
    zone: instance.AvailabilityZone
  })
  member.activityId = ActivityId
  instance.LifecycleState = warm ? 'Warmed:Terminating' : 'Terminating'
  const state = life ? stateOf(life.record) : 'terminated'
  if (state === 'terminated') removeMember(scope, member)
  else if (life && state !== 'shutting-down') terminate(life, false)
  return ActivityId
}

/** A member whose instance has been terminated is no longer of the group. */
export function removeMember(scope: Scope, member: Member, failure?: string): void {
  scope.record.members.delete(member.instance.InstanceId)
  endActivity(scope, member.activityId, failure)
}

/** Stops an instance of the warm pool. */
export function stopMember(scope: Scope, member: Member): void {
  const life = lifeOf(member, scope)
  if (life && stateOf(life.record) === 'running') stop(life, false)
}

/** Takes an instance out of the warm pool into service: one that is stopped starts. */
export function takeFromWarmPool(scope: Scope, member: Member, cause: string): void {
  const life = lifeOf(member, scope)
  const { ActivityId } = beginActivity(scope, {
    description: `Launching a new EC2 instance from warm pool: ${member.instance.InstanceId}`,
    cause,
    subnetId: life?.record.instance.SubnetId,
    zone: member.instance.AvailabilityZone
  })
  member.activityId = ActivityId
  member.instance.LifecycleState = 'Pending'
  if (!life || stateOf(life.record) !== 'stopped') return
  enter(life.record, 'pending', {})
  life.record.instance.LaunchTime = scope.call.now
  start(life)
}
