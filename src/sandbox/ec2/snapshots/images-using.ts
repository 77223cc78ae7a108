import type { Call } from '../../handler.ts'
import type { ImageRecord } from '../../world/records.ts'

/** The ids of the registered images that stand on a snapshot: also of deprecated and disabled ones. */
export const imagesUsing = (snapshotId: string, { region }: Call): string[] =>
  recordsUsing(snapshotId, { region }).map(({ image }) => image.ImageId)

/** As `imagesUsing`. One pass over all images: not for a list of snapshots. */
export const recordsUsing = (snapshotId: string, { region }: Pick<Call, 'region'>): ImageRecord[] =>
  [...region.images.values()].filter(record => snapshotIdsOf(record).includes(snapshotId))

/** The ids of the snapshots that public images stand on. */
export const idsOfPublicImages = ({ region }: Pick<Call, 'region'>): ReadonlySet<string> =>
  new Set([...region.images.values()].filter(({ image }) => image.Public === true).flatMap(snapshotIdsOf))

const snapshotIdsOf = ({ image }: ImageRecord): string[] =>
  (image.BlockDeviceMappings ?? []).flatMap(({ Ebs: ebs }) => ebs?.SnapshotId ?? [])
