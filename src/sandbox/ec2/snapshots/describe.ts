import type { DescribeSnapshotsRequest, DescribeSnapshotsResult } from '@aws-sdk/client-ec2'
import type { Call, Handler } from '../../handler.ts'
import { compileFilters } from '../../world/filters.ts'
import { idsAfter } from '../../world/order.ts'
import type { SnapshotRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { select } from '../lookup.ts'
import { asSeenBy } from '../tags.ts'
import { visibleTo } from './access.ts'
import { describeSnapshot } from './answer.ts'
import { snapshotFilters } from './filters.ts'
import { readPage, writeToken } from './page-token.ts'
import { compileSelection } from './selection.ts'

/**
 * Lists the caller's snapshots, those that it may make volumes of, and those of public images, in pages whose order
 * says nothing. Tags are shown to their owner only.
 *
 * @lacks Outposts and Local Zones
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html
 */
export const describeSnapshots: Handler<DescribeSnapshotsRequest, DescribeSnapshotsResult> = (input, call) => {
  const { size, after } = readPage(input)
  const isSelected = compileSelection(input, call)
  const passes = compileFilters(input.Filters, snapshotFilters(call.now))
  const records = candidates(input.SnapshotIds, after, call)
  stopDryRun(input)
  const found: SnapshotRecord[] = []
  for (const record of records) {
    if (!isSelected(record) || !passes(asSeenBy(call.account, record))) continue
    if (found.push(record) > (size ?? Number.POSITIVE_INFINITY)) break
  }
  const page = found.slice(0, size)
  const last = page.at(-1)
  const Snapshots = page.map(record => describeSnapshot(record, call))
  return { Snapshots, ...(found.length > page.length && last && { NextToken: writeToken(last.snapshot.SnapshotId) }) }
}

function candidates(
  ids: readonly string[] | undefined,
  after: string | undefined,
  call: Call
): Iterable<SnapshotRecord> {
  const { snapshots } = call.region
  if (ids?.length) return select('snapshot', ids, snapshots, visibleTo(call))
  return (function* () {
    for (const id of idsAfter(snapshots, after)) {
      const record = snapshots.get(id)
      if (record) yield record
    }
  })()
}
