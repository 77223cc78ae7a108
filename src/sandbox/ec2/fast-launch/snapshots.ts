import { newId } from '../../world/ids.ts'
import type { ImageRecord, SnapshotRecord } from '../../world/records.ts'
import type { Region } from '../../world/region.ts'
import type { World } from '../../world/world.ts'
import { deleteUnusedLayers } from '../layers.ts'
import type { FastLaunchRecord } from './record.ts'

/** The service's role may make only what it tags so. */
const CREATED_BY = 'EC2 Fast Launch'

/**
 * Fills the account up with pre-provisioned snapshots: they look like any others of its own, and cost as much.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/slr-windows-fast-launch.html
 */
export function addSnapshots(image: ImageRecord, record: FastLaunchRecord, region: Region, now: Date): void {
  const missing = (record.item.SnapshotConfiguration?.TargetResourceCount ?? 0) - snapshotsOf(record, region).length
  const { BlockDeviceMappings: devices = [], RootDeviceName: root } = image.image
  const { Ebs: ebs } = devices.find(({ DeviceName: name }) => name === root) ?? {}
  const source = region.snapshots.get(ebs?.SnapshotId ?? '')
  for (let i = 0; i < missing; i++) {
    const made = makeSnapshot(record, source, now)
    region.snapshots.set(made.snapshot.SnapshotId, made)
  }
}

/** Those of them that are still there: a user can delete them, too. */
export async function removeSnapshots(record: FastLaunchRecord, region: Region, world: World): Promise<void> {
  const gone = snapshotsOf(record, region)
  for (const { snapshot } of gone) region.snapshots.delete(snapshot.SnapshotId)
  await deleteUnusedLayers(
    world,
    gone.flatMap(({ layers }) => layers)
  )
}

const snapshotsOf = ({ ownerId, item }: FastLaunchRecord, { snapshots }: Region): SnapshotRecord[] =>
  [...snapshots.values()].filter(
    ({ snapshot, tags, ownerId: owner }) =>
      owner === ownerId && tags.get('CreatedBy') === CREATED_BY && snapshot.Description === describe(item.ImageId)
  )

const describe = (imageId: string): string => `This is Fast Launch snapshot for image ${imageId}`

function makeSnapshot({ ownerId, item }: FastLaunchRecord, of: SnapshotRecord | undefined, now: Date): SnapshotRecord {
  const template = item.LaunchTemplate?.LaunchTemplateId
  const { VolumeSize, Encrypted = false, KmsKeyId } = of?.snapshot ?? {}
  return {
    ownerId,
    tags: new Map([['CreatedBy', CREATED_BY], ...(template ? [['CreatedByLaunchTemplateId', template] as const] : [])]),
    layers: [...(of?.layers ?? [])],
    snapshot: {
      SnapshotId: newId('snap'),
      OwnerId: ownerId,
      Description: describe(item.ImageId),
      VolumeId: newId('vol'),
      VolumeSize,
      StartTime: now,
      CompletionTime: now,
      State: 'completed',
      Progress: '100%',
      Encrypted,
      KmsKeyId,
      StorageTier: 'standard'
    }
  }
}
