import type { TieringOperationStatus } from '@aws-sdk/client-ec2'

/** The last move of a snapshot between the storage tiers. */
export interface SnapshotTiering {
  readonly startedAt: Date
  status: TieringOperationStatus
  /** While it is under way: when it will be completed, if all goes well. */
  completesAt?: Date | undefined
  /** When the last archival was completed. */
  archivedAt?: Date | undefined
  /** For how many days it is restored; undefined where it is restored for good. */
  readonly restoreDays?: number | undefined
}
