import type { DescribeFastSnapshotRestoresRequest, DescribeFastSnapshotRestoresResult } from '@aws-sdk/client-ec2'
import type { Handler } from '../../handler.ts'
import { compileFilters } from '../../world/filters.ts'
import { paginate } from '../../world/pages.ts'
import { stopDryRun } from '../dryrun.ts'
import type { FastRestoreRecord } from './fast-restore-record.ts'

/**
 * Lists where fast snapshot restore is or was enabled: for the caller's snapshots, and by the caller for others.
 *
 * @lacks AvailabilityZoneId
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFastSnapshotRestores.html
 */
export const describeFastSnapshotRestores: Handler<
  DescribeFastSnapshotRestoresRequest,
  DescribeFastSnapshotRestoresResult
> = (input, { region, account }) => {
  const passes = compileFilters<FastRestoreRecord>(input.Filters, {
    'availability-zone': ({ item }) => item.AvailabilityZone,
    'owner-id': ({ ownerId }) => ownerId,
    'snapshot-id': ({ item }) => item.SnapshotId,
    state: ({ item }) => item.State
  })
  const isOwn = ({ ownerId, item }: FastRestoreRecord) =>
    ownerId === account || region.snapshots.get(item.SnapshotId)?.ownerId === account
  const found = [...region.fastRestores.values()].filter(record => isOwn(record) && passes(record))
  const { page, NextToken } = paginate(found, input, { max: 200 })
  stopDryRun(input)
  return { FastSnapshotRestores: page.map(({ item }) => item), ...(NextToken && { NextToken }) }
}
