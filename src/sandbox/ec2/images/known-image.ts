import type { Call } from '../../handler.ts'
import type { ImageRecord } from '../../world/records.ts'
import type { Region } from '../../world/region.ts'

/** Deregisters an image for good. */
export function removeImage(record: ImageRecord, { region }: Pick<Call, 'region'>): void {
  region.images.delete(record.image.ImageId)
  region.deregisteredImages.set(record.image.ImageId, record)
}

/** What is remembered of an image that is registered, in the Recycle Bin, or gone. */
export const knownImage = (id: string, region: Region): ImageRecord | undefined =>
  region.images.get(id) ?? region.recycledImages.get(id)?.kept ?? region.deregisteredImages.get(id)
