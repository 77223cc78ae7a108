import { randomUUID } from 'node:crypto'
import type { Call } from '../../handler.ts'
import { newId } from '../../world/ids.ts'
import type { SnapshotRecord } from '../../world/records.ts'
import type { Region } from '../../world/region.ts'
import { copySeconds } from './copy-duration.ts'

/** A snapshot that may be copied, and where it lies. */
export interface CopySource {
  readonly region: Region
  readonly record: SnapshotRecord
}

interface CopyPlan {
  readonly description: string
  readonly tags: ReadonlyMap<string, string>
  /** The ARN of the copy's key; undefined for one that is not encrypted. */
  readonly key: string | undefined
  readonly withinMinutes?: number | undefined
  /** The image that the copy is made for. */
  readonly imageId?: string
}

/**
 * Adds a pending copy of a snapshot. It stands on the same layers as its source from the start, so that these outlive
 * the source.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-copy-snapshot.html
 */
export function makeCopy(source: CopySource, plan: CopyPlan, { region, account, now }: Call): SnapshotRecord {
  const { snapshot, layers, windows } = source.record
  const { key, withinMinutes, imageId } = plan
  const sameKey = source.record.ownerId === account && snapshot.KmsKeyId === key
  const record: SnapshotRecord = {
    ownerId: account,
    tags: new Map(plan.tags),
    layers,
    ...(windows && { windows }),
    copyOf: { region: source.region.name, snapshotId: snapshot.SnapshotId, ...(imageId && { imageId }) },
    snapshot: {
      SnapshotId: newId('snap'),
      // EC2 gives copies an arbitrary one.
      VolumeId: 'vol-ffffffff',
      VolumeSize: snapshot.VolumeSize,
      FullSnapshotSizeInBytes: snapshot.FullSnapshotSizeInBytes,
      OwnerId: account,
      Description: plan.description,
      StartTime: now,
      State: 'pending',
      Progress: '0%',
      Encrypted: key !== undefined,
      ...(key && { KmsKeyId: key, DataEncryptionKeyId: sameKey ? snapshot.DataEncryptionKeyId : randomUUID() }),
      StorageTier: 'standard',
      TransferType: withinMinutes === undefined ? 'standard' : 'time-based',
      CompletionDurationMinutes: withinMinutes
    }
  }
  region.snapshots.set(record.snapshot.SnapshotId, record)
  return record
}

/** How many seconds a copy takes: an incremental one, with the same key in the same account and region, hardly any. */
export function secondsOf({ region, record }: CopySource, copy: SnapshotRecord, to: Region): number {
  const crossesRegions = region.name !== to.name
  const isFull =
    crossesRegions || record.ownerId !== copy.ownerId || record.snapshot.KmsKeyId !== copy.snapshot.KmsKeyId
  return copySeconds({
    sizeGiB: copy.snapshot.VolumeSize ?? 0,
    crossesRegions,
    isFull,
    withinMinutes: copy.snapshot.CompletionDurationMinutes
  })
}
