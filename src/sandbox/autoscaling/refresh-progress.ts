import { isWarm, readyCapacity } from './capacity.ts'
import type { RefreshRecord } from './records.ts'
import type { Scope } from './scope.ts'

/**
 * Says how far a refresh has come: an instance is updated once its replacement is in service and warmed up. During a
 * rollback the percentage goes back to zero.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRefresh.html
 */
export function noteProgress({ record, call }: Scope, { refresh, outstanding, total }: RefreshRecord): void {
  const missing = Math.max(0, record.group.DesiredCapacity - readyCapacity(record, call.now))
  const done = Math.max(0, total - outstanding.size - missing)
  const share = total === 0 ? 1 : done / total
  if (refresh.Status === 'RollbackInProgress') {
    const from = refresh.RollbackDetails?.PercentageCompleteOnRollback ?? 0
    refresh.PercentageComplete = Math.floor(from * (1 - share))
    return
  }
  const PercentageComplete = Math.floor(100 * share)
  const InstancesToUpdate = outstanding.size
  Object.assign(refresh, { PercentageComplete, InstancesToUpdate })
  if (!record.warmPool) return
  const members = [...outstanding].flatMap(id => record.members.get(id) ?? [])
  const warm = members.filter(isWarm).length
  refresh.ProgressDetails = {
    LivePoolProgress: { PercentageComplete, InstancesToUpdate: InstancesToUpdate - warm },
    WarmPoolProgress: { PercentageComplete: warm === 0 ? 100 : 0, InstancesToUpdate: warm }
  }
}
