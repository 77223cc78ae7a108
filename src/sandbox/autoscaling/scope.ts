import type { Call } from '../handler.ts'
import { newRequestId } from '../world/ids.ts'
import type { InstanceRecord } from '../world/records.ts'
import type { World } from '../world/world.ts'
import { type GroupName, keyOf } from './names.ts'
import type { GroupRecord, Member } from './records.ts'

/** A group and what acts for it: calls of EC2 in its account, by Auto Scaling's service-linked role. */
export interface Scope {
  readonly record: GroupRecord
  readonly call: Call
}

/** The group of this name as a transition finds it; undefined once it is gone. */
export function openScope(world: World, { region: regionName, account, group }: GroupName): Scope | undefined {
  const region = world.usedRegion(regionName)
  const record = region?.autoScalingGroups.get(keyOf(account, group))
  if (!region || !record) return undefined
  const principal = `arn:aws:sts::${account}:assumed-role/AWSServiceRoleForAutoScaling/AutoScaling`
  const now = world.clock.now()
  const call = { world, region, account, principal, userId: 'AROAAUTOSCALING000000:AutoScaling', now }
  return { record, call: { ...call, requestId: newRequestId() } }
}

export const roleArnOf = (account: string): string =>
  `arn:aws:iam::${account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`

/** The instance of a member, as EC2 has it. */
export const instanceOf = ({ instance }: Member, { region }: Call): InstanceRecord | undefined =>
  region.instances.get(instance.InstanceId)
