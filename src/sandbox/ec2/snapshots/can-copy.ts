import { ServiceError } from '../../errors.ts'
import type { Call } from '../../handler.ts'
import type { SnapshotRecord } from '../../world/records.ts'
import type { Region } from '../../world/region.ts'
import { isRegion } from '../../world/regions.ts'

/**
 * Whether an account may read what a snapshot holds: its owner, and whom the owner gave the right to make volumes.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html
 */
export function mayRead({ ownerId, createVolumePermissions = [] }: SnapshotRecord, account: string): boolean {
  if (ownerId === account) return true
  return createVolumePermissions.some(({ UserId: id, Group: group }) => id === account || group === 'all')
}

/** The region that a copy is made from. Errors: InvalidRegion. */
export function sourceRegion(name: string, { world, region, account }: Call): Region {
  // The caller may see an older state of its own region.
  if (name === region.name) return region
  if (isRegion(name)) return world.region(name, account)
  const sentence = `The region ${name.slice(0, 40)} is not valid: specify the source Region using its Region code`
  throw new ServiceError('InvalidRegion', sentence)
}
