import type { Life } from '../ec2/instances/life.ts'
import { stateOf } from '../ec2/instances/states.ts'
import { groupNameOf } from './launch-member.ts'
import { keyOf, nameOf } from './names.ts'
import { reconciling } from './reconcile.ts'

/** Of instances that are where their group has put them, nothing is to be seen. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  Pending: ['pending'],
  InService: ['running'],
  Terminating: ['shutting-down'],
  'Warmed:Pending': ['pending', 'stopping'],
  'Warmed:Stopped': ['stopped'],
  'Warmed:Running': ['running'],
  'Warmed:Terminating': ['shutting-down']
}

/**
 * Something has happened to an instance. If it is of a group and that has to act, it does so: within seconds for what
 * it was waiting for, after a while for what only its health checks tell.
 */
export function followInstance({ world, region, record }: Life): void {
  const name = groupNameOf(record)
  const group = name === undefined ? undefined : region.autoScalingGroups.get(keyOf(record.ownerId, name))
  const member = group?.members.get(record.instance.InstanceId)
  if (!group || !member) return
  const { LifecycleState: lifecycle } = member.instance
  const isExpected = EXPECTED[lifecycle]?.includes(stateOf(record)) && record.health !== 'impaired'
  if (isExpected) return
  const isAwaited = /Pending|Terminating/.test(lifecycle)
  world.after(isAwaited ? 'scale' : 'healthCheck', reconciling, nameOf(group, region))
}
