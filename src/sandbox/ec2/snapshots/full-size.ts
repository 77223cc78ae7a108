import type { SnapshotRecord } from '../../world/records.ts'

const GIB = 2 ** 30
/** EBS stores snapshots in blocks of 512 KiB. */
const BLOCK = 512 * 1024

/**
 * The full size of a completed snapshot: all that was written to its volume, whichever other snapshots share it. Where
 * no guest has really written anything it is taken to be a quarter of the volume.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Snapshot.html (fullSnapshotSizeInBytes)
 */
export function fullSizeBytes({ snapshot }: SnapshotRecord): number | undefined {
  if (snapshot.State !== 'completed') return undefined
  const bytes = snapshot.FullSnapshotSizeInBytes ?? ((snapshot.VolumeSize ?? 0) * GIB) / 4
  return Math.ceil(bytes / BLOCK) * BLOCK
}
