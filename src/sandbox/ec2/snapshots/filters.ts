import type { FilterFields } from '../../world/filters.ts'
import type { SnapshotRecord } from '../../world/records.ts'
import { progressOf } from './progress.ts'

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html (Filter.N) */
export const snapshotFilters = (now: Date): FilterFields<SnapshotRecord> => ({
  description: ({ snapshot }) => snapshot.Description,
  encrypted: ({ snapshot }) => snapshot.Encrypted,
  'owner-alias': ({ snapshot }) => snapshot.OwnerAlias,
  'owner-id': ({ ownerId }) => ownerId,
  progress: record => progressOf(record, now),
  'snapshot-id': ({ snapshot }) => snapshot.SnapshotId,
  'start-time': ({ snapshot }) => snapshot.StartTime?.toISOString(),
  status: ({ snapshot }) => snapshot.State,
  'storage-tier': ({ snapshot }) => snapshot.StorageTier,
  'transfer-type': ({ snapshot }) => snapshot.TransferType,
  'volume-id': ({ snapshot }) => snapshot.VolumeId,
  'volume-size': ({ snapshot }) => snapshot.VolumeSize
})
