import { randomUUID } from 'node:crypto'
import { copySystem } from '../../guests/windows/on-volume.ts'
import type { Call } from '../../handler.ts'
import { newId } from '../../world/ids.ts'
import type { SnapshotRecord, VolumeRecord } from '../../world/records.ts'
import type { Region } from '../../world/region.ts'
import type { World } from '../../world/world.ts'
import { deleteUnusedLayers } from '../layers.ts'

/**
 * A new snapshot of a volume: pending, and without content until `freezeContent`.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-create-snapshot.html
 */
export function makeSnapshot(
  source: VolumeRecord,
  { description, tags }: { description: string; tags: ReadonlyMap<string, string> },
  { region, account, now }: Call
): SnapshotRecord {
  const { VolumeId, Size, Encrypted, KmsKeyId } = source.volume
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
      ...(Encrypted && { DataEncryptionKeyId: dataKeyOf(source, region) }),
      StorageTier: 'standard'
    }
  }
  region.snapshots.set(record.snapshot.SnapshotId, record)
  return record
}

/**
 * A volume has the data key of the snapshot that it was made from if this was encrypted with the same key; it hands it
 * on to its own snapshots.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Snapshot.html (dataEncryptionKeyId)
 */
function dataKeyOf(source: VolumeRecord, region: Region): string {
  const { SnapshotId: id = '', KmsKeyId: key } = source.volume
  const parent = findAnywhere(region, id)?.snapshot
  const inherited = parent?.KmsKeyId === key ? parent?.DataEncryptionKeyId : undefined
  source.dataKeyId ??= inherited ?? randomUUID()
  return source.dataKeyId
}

/** A snapshot, also where it has been deleted and is in the Recycle Bin. */
export const findAnywhere = (region: Region, id: string): SnapshotRecord | undefined =>
  region.snapshots.get(id) ?? region.recycledSnapshots.get(id)?.kept

/**
 * Gives a snapshot what its volume holds now. Either may have been deleted meanwhile: without its volume a snapshot
 * fails, without the snapshot its layers go, too.
 */
export async function freezeContent(
  { world, region }: { world: World; region: Region },
  snapshotId: string,
  volumeId: string
): Promise<void> {
  const record = findAnywhere(region, snapshotId)
  const volume = region.volumes.get(volumeId)
  if (!volume) {
    if (record) record.snapshot.State = 'error'
    return
  }
  const layers = volume.filled ? await world.guests.freeze(volumeId) : volume.layers
  volume.layers = layers
  if (!record || findAnywhere(region, snapshotId) !== record) return deleteUnusedLayers(world, layers)
  Object.assign(record, { layers, ...copySystem(volume.windows) })
  // Scripted Windows guests write nothing that has a size.
  const bytes = volume.windows ? 0 : await world.guests.sizeBytes(layers)
  if (bytes > 0) record.snapshot.FullSnapshotSizeInBytes = bytes
}

/** Completes a pending snapshot, or lets it fail if it is to; any other stays as it is. */
export function completeSnapshot({ snapshot, failure }: SnapshotRecord, now: Date): void {
  if (snapshot.State !== 'pending') return
  if (failure) Object.assign(snapshot, { State: 'error', StateMessage: failure.Message })
  else Object.assign(snapshot, { State: 'completed', Progress: '100%', CompletionTime: now })
}
