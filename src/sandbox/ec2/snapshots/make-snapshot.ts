import type { Call } from '../../handler.ts'
import { newId } from '../../world/ids.ts'
import type { SnapshotRecord, VolumeRecord } from '../../world/records.ts'

/**
 * Snapshots a volume as it is now. The content is frozen before the answer, as EC2 takes it at the moment of the
 * request; the snapshot is pending until `completeSnapshot`.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-create-snapshot.html
 */
export async function makeSnapshot(
  volume: VolumeRecord,
  { description, tags }: { description: string; tags: ReadonlyMap<string, string> },
  { world, region, account, now }: Call
): Promise<SnapshotRecord> {
  const { VolumeId, Size, Encrypted, KmsKeyId } = volume.volume
  const layers = volume.filled ? await world.guests.freeze(VolumeId) : volume.layers
  volume.layers = layers
  const record: SnapshotRecord = {
    ownerId: account,
    tags: new Map(tags),
    layers,
    snapshot: {
      SnapshotId: newId('snap'),
      VolumeId,
      VolumeSize: Size,
      OwnerId: account,
      Description: description,
      StartTime: now,
      State: 'pending',
      Progress: '0%',
      Encrypted,
      KmsKeyId,
      StorageTier: 'standard'
    }
  }
  region.snapshots.set(record.snapshot.SnapshotId, record)
  return record
}

export function completeSnapshot({ snapshot }: SnapshotRecord, now: Date): void {
  if (snapshot.State === 'pending')
    Object.assign(snapshot, { State: 'completed', Progress: '100%', CompletionTime: now })
}
