import type { GetImageAncestryRequest, GetImageAncestryResult, ImageAncestryEntry } from '@aws-sdk/client-ec2'
import { missingParameter } from '../../errors.ts'
import type { Call, Handler, Handlers } from '../../handler.ts'
import type { ImageRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { canUseImage } from '../image-access.ts'
import { find } from '../lookup.ts'
import { knownImage } from './known-image.ts'

const MAX_ENTRIES = 50

/**
 * Traces an image that the caller may see back to its root, also over images that are deregistered or another's. Only
 * CreateImage and CopyImage leave a trace; RegisterImage begins anew.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-ancestry.html
 */
const getImageAncestry: Handler<GetImageAncestryRequest, GetImageAncestryResult> = (input, call) => {
  if (!input.ImageId) throw missingParameter('ImageId')
  const { image } = find('image', input.ImageId, call.region.images, record => canUseImage(record, call))
  stopDryRun(input)
  return { ImageAncestryEntries: trace(image.ImageId, call) }
}

/** The entries from this image on; images may form a long line, but EC2 follows it only so far. */
function trace(id: string, { world, region, account }: Call): ImageAncestryEntry[] {
  const entries: ImageAncestryEntry[] = []
  let [next, at] = [id, region.name]
  while (entries.length < MAX_ENTRIES) {
    const record = knownImage(next, world.region(at, account))
    if (!record) break
    const entry = describe(record, at)
    entries.push(entry)
    if (!entry.SourceImageId) break
    next = entry.SourceImageId
    at = entry.SourceImageRegion ?? at
  }
  return entries
}

const describe = ({ image }: ImageRecord, region: string): ImageAncestryEntry => ({
  ImageId: image.ImageId,
  CreationDate: new Date(image.CreationDate ?? 0),
  ...(image.ImageOwnerAlias && { ImageOwnerAlias: image.ImageOwnerAlias }),
  ...(image.SourceImageId && {
    SourceImageId: image.SourceImageId,
    SourceImageRegion: image.SourceImageRegion ?? region
  })
})

export const ancestryHandlers = { GetImageAncestry: getImageAncestry } satisfies Handlers
