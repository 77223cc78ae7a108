import type {
  AttachInstancesQuery,
  DetachInstancesAnswer,
  DetachInstancesQuery,
  Instance
} from '@aws-sdk/client-auto-scaling'
import { stateOf } from '../ec2/instances/states.ts'
import type { Call, Handler, Handlers } from '../handler.ts'
import type { InstanceRecord } from '../world/records.ts'
import { activityOf, beginActivity, endActivity } from './activities.ts'
import { validationError } from './errors.ts'
import { groupNameOf, markMember, unmarkMember } from './launch-member.ts'
import { findGroup } from './names.ts'
import { reconcileSoon } from './reconcile.ts'
import type { Member } from './records.ts'
import type { Scope } from './scope.ts'
import { decrement, findMember } from './terminate-instances.ts'

const MAX_IDS = 20

/**
 * Attaches running instances to a group: its desired capacity grows with them.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-detach-attach-instances.html
 */
const attachInstances: Handler<AttachInstancesQuery, undefined> = (input, call) => {
  const record = findGroup(input.AutoScalingGroupName, call)
  const { group } = record
  const instances = [...new Set(input.InstanceIds ?? [])].map(id => attachable(id, call))
  if (instances.length > MAX_IDS) throw validationError(`You can specify up to ${MAX_IDS} instances.`)
  const elsewhere = instances.find(each => !group.AvailabilityZones.includes(zoneOf(each)))
  if (elsewhere) {
    const sentence = `is not in the same Availability Zones as the group ${group.AutoScalingGroupName}`
    throw validationError(`The instance ${elsewhere.instance.InstanceId} ${sentence}.`)
  }
  const desired = group.DesiredCapacity + instances.length
  if (desired > group.MaxSize) {
    const sentence = `update the AutoScalingGroup sizes appropriately: ${desired} is above the max size of ${group.MaxSize}`
    throw validationError(
      `AutoScalingGroup ${group.AutoScalingGroupName} has a max-size that is too small: ${sentence}`
    )
  }
  group.DesiredCapacity = desired
  for (const instance of instances) attach({ record, call }, instance)
  reconcileSoon({ record, call })
  return undefined
}

const zoneOf = ({ instance }: InstanceRecord): string => instance.Placement?.AvailabilityZone ?? ''

function attachable(id: string, { region, account }: Call): InstanceRecord {
  const record = region.instances.get(id)
  if (record?.ownerId !== account) throw validationError(`Invalid Instance ID(s): [${id.slice(0, 60)}].`)
  if (stateOf(record) !== 'running') throw validationError(`Instance ${id} is not in correct state: it is not running.`)
  const group = groupNameOf(record)
  if (group) throw validationError(`Instance ${id} is already part of AutoScalingGroup ${group}.`)
  return record
}

function attach(scope: Scope, instance: InstanceRecord): void {
  const { record, call } = scope
  const { InstanceId, InstanceType = 'm1.small', SubnetId: subnetId } = instance.instance
  const zone = zoneOf(instance)
  const cause = 'an instance was attached in response to a user request.'
  const description = `Attaching an existing EC2 instance: ${InstanceId}`
  const { ActivityId } = beginActivity(scope, { description, cause, subnetId, zone })
  endActivity(scope, ActivityId)
  markMember(instance, record.group.AutoScalingGroupName)
  const member: Member = {
    activityId: ActivityId,
    readyAt: call.now,
    instance: {
      InstanceId,
      InstanceType,
      AvailabilityZone: zone,
      LifecycleState: 'InService',
      HealthStatus: 'Healthy',
      ProtectedFromScaleIn: record.group.NewInstancesProtectedFromScaleIn ?? false
    } satisfies Instance
  }
  record.members.set(InstanceId, member)
}

/**
 * Detaches instances of a group, which then run on by themselves: they are replaced, unless the desired capacity is
 * decremented.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DetachInstances.html
 */
const detachInstances: Handler<DetachInstancesQuery, DetachInstancesAnswer> = (input, call) => {
  const record = findGroup(input.AutoScalingGroupName, call)
  const members = [...new Set(input.InstanceIds ?? [])].map(id => findMember(record, id))
  if (input.ShouldDecrementDesiredCapacity) decrement(record, members)
  const scope = { record, call }
  const ids = members.map(member => detach(scope, member))
  reconcileSoon(scope)
  return { Activities: ids.flatMap(id => activityOf(scope, id) ?? []) }
}

function detach(scope: Scope, { instance }: Member): string {
  const { record, call } = scope
  const { InstanceId: id, AvailabilityZone: zone } = instance
  const cause = 'instance was detached in response to a user request.'
  const { ActivityId } = beginActivity(scope, { description: `Detaching EC2 instance: ${id}`, cause, zone })
  endActivity(scope, ActivityId)
  record.members.delete(id)
  const detached = call.region.instances.get(id)
  if (detached) unmarkMember(detached)
  return ActivityId
}

export const attachInstanceHandlers = {
  AttachInstances: attachInstances,
  DetachInstances: detachInstances
} satisfies Handlers
