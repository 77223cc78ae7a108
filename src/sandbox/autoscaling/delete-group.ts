import type { DeleteAutoScalingGroupType } from '@aws-sdk/client-auto-scaling'
import { ServiceError } from '../errors.ts'
import type { Handler, Handlers } from '../handler.ts'
import { terminateMember } from './end-member.ts'
import { findGroup, keyOf } from './names.ts'
import { reconcileSoon } from './reconcile.ts'
import type { Scope } from './scope.ts'

/**
 * Deletes a group without instances; ForceDelete terminates them, those of its warm pool as well.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteAutoScalingGroup.html
 */
const deleteAutoScalingGroup: Handler<DeleteAutoScalingGroupType, undefined> = (input, call) => {
  const record = findGroup(input.AutoScalingGroupName, call)
  const key = keyOf(call.account, record.group.AutoScalingGroupName)
  if (!input.ForceDelete && record.members.size > 0) {
    const sentence = 'while there are instances or pending Spot instance request(s) still in the group.'
    throw new ServiceError('ResourceInUse', `You cannot delete an AutoScalingGroup ${sentence}`)
  }
  if (record.members.size === 0) call.region.autoScalingGroups.delete(key)
  else terminateAll({ record, call })
  return undefined
}

function terminateAll(scope: Scope): void {
  const { record, call } = scope
  Object.assign(record.group, { Status: 'Delete in progress', MinSize: 0, DesiredCapacity: 0 })
  for (const member of [...record.members.values()]) {
    if (member.instance.LifecycleState.includes('Terminating')) continue
    terminateMember(scope, member, 'an instance was taken out of service in response to a user request.')
  }
  reconcileSoon({ record, call })
}

export const deleteGroupHandlers = { DeleteAutoScalingGroup: deleteAutoScalingGroup } satisfies Handlers
