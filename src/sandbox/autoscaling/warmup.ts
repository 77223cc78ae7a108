import type { GroupRecord, RefreshRecord } from './records.ts'

const ACTIVE = ['Pending', 'InProgress', 'Cancelling', 'RollbackInProgress', 'Baking']

/** The refresh of a group that has not come to its end. */
export const activeRefresh = ({ refreshes }: GroupRecord): RefreshRecord | undefined =>
  refreshes.findLast(({ refresh }) => ACTIVE.includes(refresh.Status ?? ''))

/**
 * For how long an instance warms up once it is in service: as the refresh says that is under way, else as the group.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
 */
export function warmupSeconds(record: GroupRecord): number {
  const { InstanceWarmup } = activeRefresh(record)?.refresh.Preferences ?? {}
  const { DefaultInstanceWarmup, HealthCheckGracePeriod = 0 } = record.group
  const known = [InstanceWarmup, DefaultInstanceWarmup].find(seconds => seconds !== undefined && seconds >= 0)
  return known ?? HealthCheckGracePeriod
}
