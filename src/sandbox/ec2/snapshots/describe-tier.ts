import type {
  DescribeSnapshotTierStatusRequest,
  DescribeSnapshotTierStatusResult,
  SnapshotTierStatus
} from '@aws-sdk/client-ec2'
import type { Call, Handler } from '../../handler.ts'
import { compileFilters } from '../../world/filters.ts'
import { paginate } from '../../world/pages.ts'
import type { SnapshotRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { tagSet } from '../tags.ts'
import { percent } from './progress.ts'

/**
 * Lists the storage tiers of the caller's snapshots, and how far their last move between them is.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshotTierStatus.html
 */
export const describeSnapshotTierStatus: Handler<
  DescribeSnapshotTierStatusRequest,
  DescribeSnapshotTierStatusResult
> = (input, call) => {
  const passes = compileFilters<SnapshotRecord>(input.Filters, {
    'snapshot-id': ({ snapshot }) => snapshot.SnapshotId,
    'volume-id': ({ snapshot }) => snapshot.VolumeId,
    'last-tiering-operation': ({ tiering }) => tiering?.status
  })
  const own = [...call.region.snapshots.values()].filter(record => record.ownerId === call.account && passes(record))
  const { page, NextToken } = paginate(own, input)
  stopDryRun(input)
  return { SnapshotTierStatuses: page.map(record => describe(record, call)), ...(NextToken && { NextToken }) }
}

function describe(record: SnapshotRecord, { account, now }: Call): SnapshotTierStatus {
  const { snapshot, tiering, ownerId } = record
  const { SnapshotId, VolumeId, State, StorageTier, RestoreExpiryTime } = snapshot
  const { startedAt, status, completesAt, archivedAt } = tiering ?? {}
  const isMoving = startedAt && completesAt
  return {
    SnapshotId,
    VolumeId,
    Status: State,
    OwnerId: ownerId,
    Tags: tagSet(record, account),
    StorageTier,
    LastTieringStartTime: startedAt,
    LastTieringProgress: isMoving
      ? percent(startedAt.getTime(), completesAt.getTime(), now.getTime())
      : startedAt && 100,
    LastTieringOperationStatus: status,
    ArchivalCompleteTime: archivedAt,
    RestoreExpiryTime
  }
}
