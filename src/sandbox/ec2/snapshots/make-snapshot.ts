import type { Call } from '../../handler.ts'
import { newId } from '../../world/ids.ts'
import type { SnapshotRecord, VolumeRecord } from '../../world/records.ts'
import { deleteUnusedLayers } from '../layers.ts'

/**
 * A new snapshot of a volume: pending, and without content until `freezeContent`.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-create-snapshot.html
 */
export function makeSnapshot(
  { volume }: VolumeRecord,
  { description, tags }: { description: string; tags: ReadonlyMap<string, string> },
  { region, account, now }: Call
): SnapshotRecord {
  const { VolumeId, Size, Encrypted, KmsKeyId } = volume
  const record: SnapshotRecord = {
    ownerId: account,
    tags: new Map(tags),
    layers: [],
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

/**
 * Gives a snapshot what its volume holds now. Either may have been deleted meanwhile: without its volume a snapshot
 * fails, without the snapshot its layers go, too.
 */
export async function freezeContent(
  record: SnapshotRecord,
  volume: VolumeRecord,
  { world, region }: Call
): Promise<void> {
  if (!region.volumes.has(volume.volume.VolumeId)) {
    record.snapshot.State = 'error'
    return
  }
  const layers = volume.filled ? await world.guests.freeze(volume.volume.VolumeId) : volume.layers
  volume.layers = layers
  record.layers = layers
  if (!region.snapshots.has(record.snapshot.SnapshotId)) await deleteUnusedLayers(world, layers)
}

/** Completes a pending snapshot; any other stays as it is. */
export function completeSnapshot({ snapshot }: SnapshotRecord, now: Date): void {
  if (snapshot.State === 'pending')
    Object.assign(snapshot, { State: 'completed', Progress: '100%', CompletionTime: now })
}
