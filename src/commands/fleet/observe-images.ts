import { DescribeImagesCommand, DescribeInstanceImageMetadataCommand, type Image } from '@aws-sdk/client-ec2'
import type { Aws, Clients } from '../../aws/aws.ts'
import { toFamilyImage } from '../../image/family-image.ts'
import { TAGS } from '../../image/tags.ts'
import type { InstanceFacts, KnownImage } from './facts.ts'
import { toDate } from './judge-instance.ts'
import { inParts, readPages, whenNotBusy } from './read-pages.ts'

const PAGE_SIZE = 500
/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html (200 values) */
const MAX_VALUES = 200
const ALL = { IncludeDeprecated: true, IncludeDisabled: true, MaxResults: PAGE_SIZE }

/** The home account's images of these families in a region, in whatever state: only their owner sees all of that. */
export async function readCatalogue(aws: Aws, region: string, families: readonly string[]): Promise<KnownImage[]> {
  const found: KnownImage[] = []
  if (families.length === 0) return found
  const Filters = [{ Name: `tag:${TAGS.family}`, Values: [...families] }]
  const request = { ...ALL, Owners: ['self'], Filters }
  const read = (from: object) => aws.in(region).ec2.send(new DescribeImagesCommand({ ...request, ...from }))
  for await (const { Images = [] } of readPages(aws, `the images of ${region}`, read)) {
    found.push(...Images.map(image => ({ ...toKnown(image), tags: toFamilyImage(image).tags })))
  }
  return found
}

/** Images as this account sees them, by id. By a filter: one that is gone would fail the read of all. */
export async function readImages(aws: Aws, { ec2, region }: Clients, ids: readonly string[]): Promise<KnownImage[]> {
  const parts = inParts([...ids].sort(), MAX_VALUES)
  const read = async (part: string[]) => {
    const request = { ...ALL, Filters: [{ Name: 'image-id', Values: part }] }
    const found: KnownImage[] = []
    const send = (from: object) => ec2.send(new DescribeImagesCommand({ ...request, ...from }))
    for await (const { Images = [] } of readPages(aws, `the images of ${region}`, send))
      found.push(...Images.map(toKnown))
    return found
  }
  return (await Promise.all(parts.map(read))).flat()
}

/**
 * Images that this account no longer sees, as EC2 remembers them for the instances that run from them.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceImageMetadata.html
 */
export async function readRemembered(
  aws: Aws,
  { ec2, region }: Clients,
  ids: ReadonlySet<string>,
  instances: readonly InstanceFacts[]
): Promise<KnownImage[]> {
  // One instance tells it for all that have the same image.
  const witnesses = new Map(
    instances.filter(({ imageId }) => ids.has(imageId)).map(({ imageId, instanceId }) => [imageId, instanceId])
  )
  const parts = inParts([...witnesses.values()], PAGE_SIZE)
  const read = async (InstanceIds: string[]) => {
    const send = () => ec2.send(new DescribeInstanceImageMetadataCommand({ InstanceIds }))
    const { InstanceImageMetadata = [] } = await whenNotBusy(aws, `the images of instances of ${region}`, send)
    return InstanceImageMetadata.flatMap(({ ImageMetadata: image }) => (image?.State ? [toKnown(image)] : []))
  }
  return (await Promise.all(parts.map(read))).flat()
}

type Described = Pick<
  Image,
  'ImageId' | 'Name' | 'State' | 'OwnerId' | 'ImageOwnerAlias' | 'CreationDate' | 'DeprecationTime'
>

/** Of an image that was copied, its making is that of the copy: the tags of the home account's tell more. */
function toKnown(image: Described): KnownImage {
  const [madeAt, deprecatedAt] = [toDate(image.CreationDate), toDate(image.DeprecationTime)]
  return {
    imageId: image.ImageId ?? '',
    name: image.Name ?? '',
    state: image.State ?? '',
    owners: [image.OwnerId, image.ImageOwnerAlias].flatMap(owner => owner ?? []),
    ...(madeAt && { madeAt }),
    ...(deprecatedAt && { deprecatedAt })
  }
}
