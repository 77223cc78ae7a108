import { isReady, isWarm, liveCapacity, readyCapacity, weightOf } from './capacity.ts'
import { terminateMember } from './end-member.ts'
import { nameOf } from './names.ts'
import { reconciling } from './reconcile.ts'
import type { GroupRecord, Member, RefreshRecord } from './records.ts'
import { endRefresh, failRefresh, setSource } from './refresh-end.ts'
import { paceOf } from './refresh-pace.ts'
import { noteProgress } from './refresh-progress.ts'
import type { Scope } from './scope.ts'
import { activeRefresh } from './warmup.ts'

const REPLACED = 'an instance was taken out of service in response to an instance refresh.'
const PROTECTION_SECONDS = 60 * 60

/** Takes the refresh of a group on, if one is under way: the next batch, or its end. */
export function advanceRefresh(scope: Scope): void {
  const active = activeRefresh(scope.record)
  if (!active || scope.record.suspended.has('InstanceRefresh')) return
  const { refresh } = active
  if (refresh.Status === 'Pending') refresh.Status = 'InProgress'
  active.outstanding = new Set([...active.outstanding].filter(id => isReplaceable(scope.record.members.get(id))))
  if (refresh.Status === 'Cancelling') finishCancelling(scope, active)
  else if (refresh.Status === 'Baking') finishBaking(scope, active)
  else {
    replaceWarm(scope, active)
    replaceBatch(scope, active)
    noteProgress(scope, active)
    if (isActing(active) && active.outstanding.size === 0 && isComplete(scope)) complete(scope, active)
  }
}

/** Waiting for protection may just have made it fail. */
const isActing = ({ refresh }: RefreshRecord): boolean =>
  refresh.Status === 'InProgress' || refresh.Status === 'RollbackInProgress'

const isReplaceable = (member: Member | undefined): boolean =>
  member !== undefined && !member.instance.LifecycleState.includes('Terminating')

/** Instances of the warm pool serve nobody: they are replaced all at once. */
function replaceWarm(scope: Scope, { outstanding }: RefreshRecord): void {
  for (const member of membersIn(scope.record, outstanding).filter(isWarm)) {
    terminateMember(scope, member, REPLACED)
    outstanding.delete(member.instance.InstanceId)
  }
}

/**
 * Terminates as many as the minimum healthy percentage lets go.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
 */
function replaceBatch(scope: Scope, active: RefreshRecord): void {
  const { record, call } = scope
  const { least, atLeastOne } = paceOf(record, active)
  let ready = readyCapacity(record, call.now)
  let spared = ready - least
  if (spared <= 0 && atLeastOne && ready >= record.group.DesiredCapacity) spared = 1
  for (const member of membersIn(record, active.outstanding).filter(isReady(call.now))) {
    if (isProtected(member, active)) continue
    if (spared <= 0) break
    terminateMember(scope, member, REPLACED)
    active.outstanding.delete(member.instance.InstanceId)
    spared -= weightOf(member)
    ready -= weightOf(member)
  }
  waitForProtection(scope, active)
}

const membersIn = ({ members }: GroupRecord, ids: ReadonlySet<string>): Member[] =>
  [...ids].flatMap(id => members.get(id) ?? [])

const isProtected = ({ instance }: Member, { refresh }: RefreshRecord): boolean =>
  Boolean(instance.ProtectedFromScaleIn) && refresh.Preferences?.ScaleInProtectedInstances === 'Wait'

/** Where only protected instances are left, the refresh waits for an hour. */
function waitForProtection(scope: Scope, active: RefreshRecord): void {
  const { record, call } = scope
  const left = membersIn(record, active.outstanding)
  if (left.length === 0 || !left.every(member => isProtected(member, active))) return
  active.waitsUntil ??= call.world.after(PROTECTION_SECONDS, reconciling, nameOf(record, call.region))
  if (active.waitsUntil > call.now) return
  failRefresh(scope, 'There are instances that are protected from scale in, and the time to wait for them is over.')
}

/** Whether the group is as it should be: all in service and warmed up, none on its way in or out. */
function isComplete({ record, call }: Scope): boolean {
  const members = [...record.members.values()]
  const desired = record.group.DesiredCapacity
  return (
    readyCapacity(record, call.now) >= desired &&
    members.every(member => isReady(call.now)(member) || isSettledWarm(member)) &&
    liveCapacity(record) >= desired
  )
}

const isSettledWarm = ({ instance }: Member): boolean => /^Warmed:(Stopped|Running)$/.test(instance.LifecycleState)

function complete(scope: Scope, active: RefreshRecord): void {
  const { record, call } = scope
  const { refresh } = active
  const { BakeTime: bakeSeconds = 0 } = refresh.Preferences ?? {}
  if (refresh.Status === 'RollbackInProgress') endRefresh(active, 'RollbackSuccessful', call.now)
  else if (bakeSeconds === 0) succeed(scope, active)
  else {
    refresh.Status = 'Baking'
    active.bakedAt = call.world.after(bakeSeconds, reconciling, nameOf(record, call.region))
  }
}

function finishBaking(scope: Scope, active: RefreshRecord): void {
  if (!active.bakedAt || active.bakedAt <= scope.call.now) succeed(scope, active)
}

/** Only now is the desired configuration the group's. */
function succeed({ record, call }: Scope, active: RefreshRecord): void {
  if (active.refresh.DesiredConfiguration) setSource(record, active.refresh.DesiredConfiguration)
  endRefresh(active, 'Successful', call.now)
}

/** A cancelled refresh ends once nothing that it has started is under way. */
function finishCancelling({ record, call }: Scope, active: RefreshRecord): void {
  const isMoving = ({ instance }: Member) => /Pending|Terminating/.test(instance.LifecycleState)
  if ([...record.members.values()].some(isMoving)) return
  endRefresh(active, 'Cancelled', call.now, 'Cancelled due to user request.')
}
