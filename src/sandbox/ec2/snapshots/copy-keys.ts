import type { SnapshotRecord } from '../../world/records.ts'
import type { Region } from '../../world/region.ts'
import type { World } from '../../world/world.ts'
import { ebsKeyFault } from '../ebs-key.ts'

/** As DescribeSnapshots says it: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-copy-snapshot.html */
const NOT_ACCESSIBLE = 'Given key ID is not accessible'

/**
 * Why a copy cannot be made for want of a key: its own in its region, or that of its source, which its owner must have
 * let the copying account use. Undefined where both can be used.
 */
function copyKeyTrouble(world: World, region: Region, copy: SnapshotRecord): string | undefined {
  const { copyOf, ownerId, snapshot, failure } = copy
  // A fault rule denies the key.
  if (failure?.Message === NOT_ACCESSIBLE) return NOT_ACCESSIBLE
  const from = world.usedRegion(copyOf?.region ?? '')
  const sourceKey = from?.snapshots.get(copyOf?.snapshotId ?? '')?.snapshot.KmsKeyId
  if (from && sourceKey && ebsKeyFault(from, ownerId, sourceKey, 'copyFrom')) return NOT_ACCESSIBLE
  const { KmsKeyId: key } = snapshot
  const fault = key ? ebsKeyFault(region, ownerId, key, 'copyTo') : undefined
  if (fault === 'not found') return `The specified keyId ${key} is invalid`
  return fault && NOT_ACCESSIBLE
}

/** Lets a pending copy fail for its keys, if it must. Returns why. */
export function failForKeys(world: World, region: Region, copy: SnapshotRecord): string | undefined {
  if (copy.snapshot.State !== 'pending') return undefined
  const trouble = copyKeyTrouble(world, region, copy)
  if (trouble) Object.assign(copy.snapshot, { State: 'error', StateMessage: trouble })
  return trouble
}
