import type { VolumeRecord } from '../../world/records.ts'
import type { Region } from '../../world/region.ts'

interface SnapshotFacts {
  readonly sizeGiB: number
  readonly throughputMiBps: number
  /** All written blocks are stored: of this volume's line the account has no snapshot yet. */
  readonly isFull: boolean
}

const INCREMENTAL_SECONDS = 30
/** Of what the volume's throughput would allow. */
const SHARE = 1 / 6

/** @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html */
const THROUGHPUTS_MIBPS: Readonly<Record<string, number>> = {
  gp2: 128,
  gp3: 125,
  io1: 1000,
  io2: 1000,
  st1: 500,
  sc1: 250,
  standard: 90
}

/**
 * How many seconds a snapshot takes on AWS. AWS publishes no number; what users measured goes with the volume's
 * throughput, at about a sixth of it: 10 GiB take 9 minutes on default gp3 and 1 minute at 1000 MiB/s
 * (supabase/postgres#2457), 300 GiB on default gp3 up to 4 hours (awslabs/amazon-eks-ami#1871).
 */
export function snapshotSeconds({ sizeGiB, throughputMiBps, isFull }: SnapshotFacts): number {
  return isFull ? (sizeGiB * 1024) / (throughputMiBps * SHARE) : INCREMENTAL_SECONDS
}

/**
 * How many seconds a snapshot of this volume takes. It goes on from an earlier one of the same owner under the same key:
 * of the volume itself, or that which the volume was made from.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/how_snapshots_work.html
 */
export function secondsFor(record: VolumeRecord | undefined, region: Region): number {
  if (!record) return INCREMENTAL_SECONDS
  const { VolumeId, SnapshotId, Size: sizeGiB = 0, VolumeType: type = 'gp2', Throughput, KmsKeyId } = record.volume
  const isFull = ![...region.snapshots.values()].some(
    ({ ownerId, snapshot }) =>
      ownerId === record.ownerId &&
      snapshot.State === 'completed' &&
      snapshot.KmsKeyId === KmsKeyId &&
      (snapshot.SnapshotId === SnapshotId || snapshot.VolumeId === VolumeId)
  )
  return snapshotSeconds({ sizeGiB, throughputMiBps: Throughput ?? THROUGHPUTS_MIBPS[type] ?? 125, isFull })
}
