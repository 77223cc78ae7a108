import type { DescribeFastSnapshotRestoreSuccessItem } from '@aws-sdk/client-ec2'

/** Fast snapshot restore of one snapshot in one zone, as DescribeFastSnapshotRestores answers it. */
export interface FastRestoreRecord {
  /** Who enabled it: not always the snapshot's owner. */
  readonly ownerId: string
  readonly tags: ReadonlyMap<string, string>
  readonly item: DescribeFastSnapshotRestoreSuccessItem & { SnapshotId: string; AvailabilityZone: string }
}
