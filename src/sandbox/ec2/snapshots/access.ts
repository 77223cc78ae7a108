import { ServiceError } from '../../errors.ts'
import type { Call } from '../../handler.ts'
import type { SnapshotRecord } from '../../world/records.ts'
import type { Region } from '../../world/region.ts'
import { find } from '../lookup.ts'
import { idsOfPublicImages } from './images-using.ts'

/** Who looks, and where. */
type Viewer = Pick<Call, 'account' | 'region'>

/**
 * Whether an account may make volumes and copies of a snapshot: its owner, whom the owner gave the right, and all where
 * it is public. While it is archived nobody but the owner may.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html
 */
export const canUseSnapshot = (record: SnapshotRecord, viewer: Viewer): boolean =>
  record.ownerId === viewer.account || isSharedWith(record, viewer.account) || isPublic(record, viewer.region)

/** Whether one of its permissions names the account. */
export const isSharedWith = (record: SnapshotRecord, account: string): boolean =>
  !isArchived(record) && (record.createVolumePermissions ?? []).some(({ UserId: id }) => id === account)

/**
 * Whether everybody may use it. Blocking all sharing makes public snapshots private for as long as it lasts.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/block-public-access-snapshots.html
 */
export function isPublic(record: SnapshotRecord, region: Region): boolean {
  const { ownerId, createVolumePermissions: permissions = [] } = record
  if (!permissions.some(({ Group: group }) => group === 'all') || isArchived(record)) return false
  return region.snapshotPublicAccess.get(ownerId) !== 'block-all-sharing'
}

const isArchived = ({ snapshot }: SnapshotRecord): boolean => snapshot.StorageTier === 'archive'

/**
 * Which snapshots a caller sees: those that it may use, and those of public images. The images are looked at once at
 * the most, however many snapshots are asked about.
 */
export function visibleTo(viewer: Viewer): (record: SnapshotRecord) => boolean {
  let ofPublicImages: ReadonlySet<string> | undefined
  return record => {
    if (canUseSnapshot(record, viewer)) return true
    ofPublicImages ??= idsOfPublicImages(viewer)
    return ofPublicImages.has(record.snapshot.SnapshotId)
  }
}

/** The caller's own snapshot. Errors: AuthFailure for another's that it may only see, else as `find`. */
export function findOwnSnapshot(id: string, call: Call): SnapshotRecord {
  const record = find('snapshot', id, call.region.snapshots, visibleTo(call))
  if (record.ownerId === call.account) return record
  throw new ServiceError('AuthFailure', `Not authorized for snapshot:${id}`, 403)
}

/** Refuses to make anything of a snapshot that is not completed, or archived. Errors: IncorrectState. */
export function checkUsable({ snapshot }: SnapshotRecord): void {
  if (snapshot.State !== 'completed') {
    throw new ServiceError('IncorrectState', `${snapshot.SnapshotId} is not 'completed'.`)
  }
  if (snapshot.StorageTier !== 'archive') return
  const sentence = `${snapshot.SnapshotId} is archived: restore it from the archive tier first.`
  throw new ServiceError('IncorrectState', sentence)
}
