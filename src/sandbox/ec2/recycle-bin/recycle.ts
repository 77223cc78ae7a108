import type { Call } from '../../handler.ts'
import { retentionDays } from '../../rbin/match.ts'
import type { RetainedType } from '../../rbin/records.ts'
import type { ImageRecord, Resource, SnapshotRecord } from '../../world/records.ts'
import type { Transition } from '../../world/transition.ts'
import { removeImage } from '../images/known-image.ts'
import { deleteUnusedLayers } from '../layers.ts'

/** Something in the Recycle Bin, as it was when it was deleted: restored, it is shared as before. */
export interface Recycled<Kept extends Resource> {
  readonly kept: Kept
  readonly enteredAt: Date
  readonly leavesAt: Date
}

/** The tag of whatever is in the Recycle Bin. Nobody can edit it; it goes when the resource is restored. */
export const IN_BIN_TAG = 'aws:recycle-bin:resource-in-bin'

const MS_PER_DAY = 86_400_000

/**
 * Moves an image into the Recycle Bin if one of its owner's retention rules matches. False if none does: it is to be
 * deleted for good. The rules are about EBS-backed images only.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/recycle-bin-considerations.html
 */
export function recycleImage(record: ImageRecord, call: Call): boolean {
  const { image } = record
  if (image.RootDeviceType === 'instance-store') return false
  const recycled = intoBin(record, 'EC2_IMAGE', image.ImageId, call)
  if (!recycled) return false
  call.region.images.delete(image.ImageId)
  call.region.recycledImages.set(image.ImageId, recycled)
  return true
}

/** Moves a snapshot into the Recycle Bin; as `recycleImage`. Its layers stay while it is there. */
export function recycleSnapshot(record: SnapshotRecord, call: Call): boolean {
  const { SnapshotId: id } = record.snapshot
  const recycled = intoBin(record, 'EBS_SNAPSHOT', id, call)
  if (!recycled) return false
  call.region.snapshots.delete(id)
  call.region.recycledSnapshots.set(id, recycled)
  return true
}

function intoBin<Kept extends Resource>(
  kept: Kept,
  type: RetainedType,
  id: string,
  { region, world, now }: Call
): Recycled<Kept> | undefined {
  const days = retentionDays(type, kept, region)
  if (days === undefined) return undefined
  kept.tags.set(IN_BIN_TAG, 'true')
  const ms = days * MS_PER_DAY
  const leavesAt = new Date(now.getTime() + ms)
  world.schedule.after(ms, leavingBin, { region: region.name, id, leavesAt })
  return { kept, enteredAt: now, leavesAt }
}

/** Deletes for good what is still there when its retention period is over: it may have been restored meanwhile. */
const leavingBin: Transition<{ region: string; id: string; leavesAt: Date }> = {
  name: 'leave the Recycle Bin',
  act: async (world, { region: name, id, leavesAt }) => {
    const region = world.usedRegion(name)
    const isDue = (recycled?: Recycled<Resource>) => recycled?.leavesAt.getTime() === leavesAt.getTime()
    if (!region) return
    const image = region.recycledImages.get(id)
    if (image && isDue(image)) {
      region.recycledImages.delete(id)
      removeImage(image.kept, { region })
    }
    const snapshot = region.recycledSnapshots.get(id)
    if (!isDue(snapshot)) return
    region.recycledSnapshots.delete(id)
    await deleteUnusedLayers(world, snapshot?.kept.layers ?? [])
  }
}

export const recycleBinTransitions = [leavingBin]
