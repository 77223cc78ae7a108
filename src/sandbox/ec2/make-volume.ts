import type { VolumeState, VolumeType } from '@aws-sdk/client-ec2'
import { copySystem } from '../guests/windows/on-volume.ts'
import type { Call } from '../handler.ts'
import { newId } from '../world/ids.ts'
import type { VolumeRecord } from '../world/records.ts'
import type { Region } from '../world/region.ts'
import type { World } from '../world/world.ts'
import { deleteUnusedLayers } from './layers.ts'

/** What a volume is made of: its parameters have been checked, its key resolved to an ARN. */
export interface VolumeSpec {
  readonly zone: string
  readonly sizeGiB: number
  readonly type: VolumeType
  readonly iops?: number | undefined
  readonly throughput?: number | undefined
  readonly encrypted: boolean
  readonly kmsKeyId?: string | undefined
  readonly snapshotId?: string | undefined
  readonly initializationRate?: number | undefined
}

/**
 * Makes a volume's record and keeps it in the region; its content is made by `fillVolume`, which may take its time.
 * It stands on its snapshot's layers from now on, so that these outlive the snapshot.
 */
export function makeVolume(
  spec: VolumeSpec,
  tags: ReadonlyMap<string, string>,
  state: VolumeState,
  { region, account, now }: Call
): VolumeRecord {
  const VolumeId = newId('vol')
  const record: VolumeRecord = {
    ownerId: account,
    tags: new Map(tags),
    filled: false,
    layers: region.snapshots.get(spec.snapshotId ?? '')?.layers ?? [],
    ...copySystem(region.snapshots.get(spec.snapshotId ?? '')?.windows),
    volume: {
      VolumeId,
      State: state,
      CreateTime: now,
      AvailabilityZone: spec.zone,
      Size: spec.sizeGiB,
      VolumeType: spec.type,
      Iops: spec.iops,
      Throughput: spec.throughput,
      Encrypted: spec.encrypted,
      KmsKeyId: spec.kmsKeyId,
      SnapshotId: spec.snapshotId ?? '',
      VolumeInitializationRate: spec.initializationRate,
      MultiAttachEnabled: false,
      Attachments: []
    }
  }
  region.volumes.set(VolumeId, record)
  return record
}

/** Gives a volume the content of its snapshot, or none. */
export async function fillVolume(world: World, record: VolumeRecord): Promise<void> {
  await world.guests.createVolume(record.volume.VolumeId, record.layers)
  record.filled = true
}

/** Deletes a volume with its content, and the layers that only it stood on. */
export async function deleteVolume(world: World, region: Region, record: VolumeRecord): Promise<void> {
  const { VolumeId } = record.volume
  region.volumes.delete(VolumeId)
  if (record.filled) await world.guests.deleteVolume(VolumeId)
  await deleteUnusedLayers(world, record.layers)
}
