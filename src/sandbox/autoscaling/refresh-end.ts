import type { InstanceRefreshStatus } from '@aws-sdk/client-auto-scaling'
import type { GroupRecord, LaunchSource, RefreshRecord } from './records.ts'
import type { Scope } from './scope.ts'
import { activeRefresh } from './warmup.ts'

/** What a group launches from now: the desired configuration of the refresh that is under way, else its own. */
export function presentSource(record: GroupRecord): LaunchSource {
  const { Status, DesiredConfiguration } = activeRefresh(record)?.refresh ?? {}
  const isForward = Status === 'Pending' || Status === 'InProgress' || Status === 'Baking'
  return isForward && DesiredConfiguration ? DesiredConfiguration : sourceOf(record)
}

export const sourceOf = ({ group }: GroupRecord): LaunchSource => ({
  ...(group.LaunchConfigurationName && { LaunchConfigurationName: group.LaunchConfigurationName }),
  ...(group.LaunchTemplate && { LaunchTemplate: group.LaunchTemplate }),
  ...(group.MixedInstancesPolicy && { MixedInstancesPolicy: group.MixedInstancesPolicy })
})

/** Makes a group launch from another source from now on. */
export function setSource({ group }: GroupRecord, source: LaunchSource): void {
  delete group.LaunchConfigurationName
  delete group.LaunchTemplate
  delete group.MixedInstancesPolicy
  Object.assign(group, source)
}

export function endRefresh(
  { refresh }: RefreshRecord,
  Status: InstanceRefreshStatus,
  EndTime: Date,
  reason?: string
): void {
  Object.assign(refresh, { Status, EndTime, ...(reason && { StatusReason: reason }) })
}

/**
 * What a refresh needs has failed: it fails, or is rolled back where it asked for that.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html
 */
export function failRefresh(scope: Scope, reason: string): void {
  const active = activeRefresh(scope.record)
  const status = active?.refresh.Status
  if (!active || status === 'Cancelling') return
  if (status === 'RollbackInProgress') endRefresh(active, 'RollbackFailed', scope.call.now, reason)
  else if (active.refresh.Preferences?.AutoRollback) beginRollback(scope, active, reason)
  else endRefresh(active, 'Failed', scope.call.now, reason)
}

/** Turns a refresh back: what it has launched is replaced from the group's own configuration. */
export function beginRollback({ record, call }: Scope, active: RefreshRecord, reason: string): void {
  const { refresh } = active
  Object.assign(refresh, {
    Status: 'RollbackInProgress',
    StatusReason: reason,
    RollbackDetails: {
      RollbackReason: reason,
      RollbackStartTime: call.now,
      PercentageCompleteOnRollback: refresh.PercentageComplete ?? 0,
      InstancesToUpdateOnRollback: refresh.InstancesToUpdate ?? 0,
      ...(refresh.ProgressDetails && { ProgressDetailsOnRollback: refresh.ProgressDetails })
    }
  })
  active.outstanding = new Set([...active.launched].filter(id => record.members.has(id)))
  active.total = active.outstanding.size
  record.retry = undefined
}
