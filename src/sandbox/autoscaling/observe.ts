import { stateOf } from '../ec2/instances/states.ts'
import type { InstanceRecord } from '../world/records.ts'
import { endActivity } from './activities.ts'
import { removeMember, stopMember, terminateMember } from './end-member.ts'
import { nameOf } from './names.ts'
import { reconciling } from './reconcile.ts'
import type { Member } from './records.ts'
import { failRefresh } from './refresh-end.ts'
import { retryLater } from './retry.ts'
import { instanceOf, type Scope } from './scope.ts'
import { warmupSeconds } from './warmup.ts'

/** Brings what a group knows of its instances up to date, and replaces those that are unhealthy. */
export function observeMembers(scope: Scope): void {
  for (const member of [...scope.record.members.values()]) {
    const record = instanceOf(member, scope.call)
    const state = record ? stateOf(record) : 'terminated'
    const { LifecycleState: lifecycle } = member.instance
    if (lifecycle === 'Pending' || lifecycle === 'Warmed:Pending') observeLaunch(scope, member, record, state)
    else if (lifecycle === 'Terminating' || lifecycle === 'Warmed:Terminating') {
      if (state === 'terminated') removeMember(scope, member)
    } else if (lifecycle === 'InService') checkHealth(scope, member, record)
    else if (state === 'shutting-down' || state === 'terminated') terminateMember(scope, member, TERMINATED)
  }
}

const TERMINATED =
  'an instance was taken out of service in response to an EC2 health check indicating it has been terminated or stopped.'
const IMPAIRED = 'an instance was taken out of service in response to an EC2 instance status checks failure.'

function observeLaunch(
  scope: Scope,
  member: Member,
  record: InstanceRecord | undefined,
  state: ReturnType<typeof stateOf>
): void {
  const isForPool = member.instance.LifecycleState === 'Warmed:Pending'
  if (state === 'shutting-down' || state === 'terminated') launchFailed(scope, member, record)
  else if (isForPool && state === 'running') warmUp(scope, member)
  else if (isForPool && state === 'stopped') settle(scope, member, 'Warmed:Stopped')
  else if (state === 'running') enterService(scope, member)
}

function warmUp(scope: Scope, member: Member): void {
  if (scope.record.warmPool?.PoolState === 'Running') settle(scope, member, 'Warmed:Running')
  else stopMember(scope, member)
}

function enterService(scope: Scope, member: Member): void {
  const { record, call } = scope
  settle(scope, member, 'InService')
  const name = nameOf(record, call.region)
  member.readyAt = call.world.after(warmupSeconds(record), reconciling, name)
  member.gracedUntil = call.world.after(record.group.HealthCheckGracePeriod ?? 0, reconciling, name)
}

function settle(scope: Scope, member: Member, state: 'InService' | 'Warmed:Stopped' | 'Warmed:Running'): void {
  member.instance.LifecycleState = state
  scope.record.retry = undefined
  endActivity(scope, member.activityId)
}

/** EC2 accepted the launch, and the instance ended before it ran: a key that cannot be used, for example. */
function launchFailed(scope: Scope, member: Member, record: InstanceRecord | undefined): void {
  const reason = record?.instance.StateReason?.Message ?? 'unknown'
  const unhealthy = 'Instance became unhealthy while waiting for instance to be in InService state.'
  removeMember(scope, member, `${unhealthy} Termination Reason: ${reason}`)
  retryLater(scope)
  failRefresh(scope, `${unhealthy} Termination Reason: ${reason}`)
}

/**
 * An instance that is not running, or whose status checks fail, is unhealthy.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-health-checks.html
 */
function checkHealth(scope: Scope, member: Member, record: InstanceRecord | undefined): void {
  const { suspended } = scope.record
  const isRunning = record !== undefined && stateOf(record) === 'running'
  if ((isRunning && record.health !== 'impaired') || suspended.has('HealthCheck')) return
  if (isRunning && member.gracedUntil && member.gracedUntil > scope.call.now) return
  member.instance.HealthStatus = 'Unhealthy'
  if (suspended.has('ReplaceUnhealthy') || suspended.has('Terminate')) return
  terminateMember(scope, member, isRunning ? IMPAIRED : TERMINATED)
}
