import { DescribeImagesCommand } from '@aws-sdk/client-ec2'
import type { Clients } from '../../../aws/aws.ts'
import { TAGS } from '../../../image/tags.ts'
import type { ImageFacts } from '../facts.ts'
import { toImageFacts } from '../observe/images.ts'
import { isGone, readNamedBy } from '../observe/named-by.ts'
import { isPublishedImage } from '../plan/plan-life.ts'

/** What an image is right before a step: gone, changed so that it has to stay, or as it was planned. */
export type Recheck =
  | { readonly kind: 'gone' }
  | { readonly kind: 'keep'; readonly why: string }
  | { readonly kind: 'go'; readonly image: ImageFacts }

/**
 * Looks once more, right before an image is taken away: whether it is still as planned, and whether EC2 knows anything that
 * names it, in any version of any launch template.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-ami-references.html
 */
export async function recheck(clients: Clients, planned: ImageFacts): Promise<Recheck> {
  const [image, references] = await Promise.all([
    readImage(clients, planned.imageId),
    readNamedBy(clients, planned.imageId)
  ])
  if (!image) return { kind: 'gone' }
  const why = findChange(planned, image)
  if (why) return { kind: 'keep', why }
  const [first, ...others] = references.sort()
  if (!first) return { kind: 'go', image }
  return { kind: 'keep', why: `it is used by ${first}${others.length > 0 ? ` and ${others.length} more` : ''}` }
}

function findChange(planned: ImageFacts, image: ImageFacts): string | undefined {
  if (image.state !== planned.state) return `it is ${image.state} meanwhile`
  if (image.tags[TAGS.hold] !== undefined) return 'it is held meanwhile'
  if (isPublishedImage(image)) return 'it is published meanwhile'
  return image.tags[TAGS.notBefore] === planned.tags[TAGS.notBefore] ? undefined : 'it was brought back meanwhile'
}

async function readImage({ ec2 }: Clients, imageId: string): Promise<ImageFacts | undefined> {
  const request = { ImageIds: [imageId], IncludeDeprecated: true, IncludeDisabled: true }
  try {
    const { Images: [image] = [] } = await ec2.send(new DescribeImagesCommand(request))
    return image && toImageFacts(image)
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}
