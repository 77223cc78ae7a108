import type { DescribeLockedSnapshotsRequest, DescribeLockedSnapshotsResult } from '@aws-sdk/client-ec2'
import type { Handler } from '../../handler.ts'
import { compileFilters } from '../../world/filters.ts'
import { paginate } from '../../world/pages.ts'
import type { SnapshotRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { select } from '../lookup.ts'
import { describeLock } from './lock.ts'

/**
 * Lists the locks of the caller's snapshots as they are by the sandbox's clock, also those that have expired.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLockedSnapshots.html
 */
export const describeLockedSnapshots: Handler<DescribeLockedSnapshotsRequest, DescribeLockedSnapshotsResult> = (
  input,
  call
) => {
  const own = select('snapshot', input.SnapshotIds, call.region.snapshots, each => each.ownerId === call.account)
  const passes = compileFilters<SnapshotRecord>(input.Filters, {
    'lock-state': record => describeLock(record, call.now).LockState
  })
  const found = own.filter(record => record.lock && passes(record))
  const { page, NextToken } = paginate(found, input, { min: 5 })
  stopDryRun(input)
  const Snapshots = page.map(record => ({ OwnerId: record.ownerId, ...describeLock(record, call.now) }))
  return { Snapshots, ...(NextToken && { NextToken }) }
}
