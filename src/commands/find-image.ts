import { DescribeImagesCommand, type Image } from '@aws-sdk/client-ec2'
import type { Aws, Clients } from '../aws/aws.ts'
import { serviceErrorName } from '../aws/failure.ts'
import { AmiError } from '../errors.ts'
import { isGood, toFamilyImage } from '../image/family-image.ts'
import { TAGS } from '../image/tags.ts'
import type { Recipe } from '../recipe/recipe.ts'
import type { Inputs } from '../run.ts'
import { readFamily } from './observe-family.ts'
import { parsePlace } from './place.ts'

/** An image that a command works on. */
export interface FoundImage {
  readonly region: string
  readonly image: Image & { readonly ImageId: string }
  /** Whether this account owns it. */
  readonly isOwn: boolean
}

/**
 * Finds the image to work on: the input `image-id`, or that of `images`, or the newest good image of the recipe's family.
 * Errors: INPUT where there is none.
 */
export async function findImage(aws: Aws, recipe: Recipe | undefined): Promise<FoundImage> {
  const named = namedImage(aws.run.inputs)
  const region = named?.region ?? aws.run.inputs.awsRegion
  const found = named ? await readImage(aws.in(region), named.imageId) : await readNewest(aws, aws.in(region), recipe)
  return { region, ...found }
}

/** An image at the place that an output names. */
export interface PlacedImage extends FoundImage {
  readonly place: string
  /** The member account that owns it; absent for the account of the credentials. */
  readonly account?: string
}

/** Finds every image to work on: all that the input `images` lists, or the one of `findImage`. Errors: INPUT. */
export async function findImages(aws: Aws, recipe: Recipe | undefined): Promise<PlacedImage[]> {
  const { imageId, images } = aws.run.inputs
  const places = Object.entries(images)
  if (imageId || places.length === 0) {
    const found = await findImage(aws, recipe)
    return [{ place: found.region, ...found }]
  }
  return Promise.all(
    places.map(async ([place, id]) => {
      const { region, account } = parsePlace(place)
      const found = await readImage(aws.as(account).in(region), id)
      return { place, region, ...found, ...(account && { account }) }
    })
  )
}

/** `images` may list the copies of an earlier run, too: the source is the one at home, or the only one. */
function namedImage({ imageId, images, awsRegion }: Inputs): { region: string; imageId: string } | undefined {
  if (imageId) return { region: awsRegion, imageId }
  const places = Object.entries(images)
  const [place, id] = places.find(([each]) => parsePlace(each).region === awsRegion) ?? places[0] ?? []
  return place && id ? { region: parsePlace(place).region, imageId: id } : undefined
}

async function readImage(clients: Clients, imageId: string): Promise<Omit<FoundImage, 'region'>> {
  const [[image], [own]] = await Promise.all([
    describeImages(clients, imageId),
    describeImages(clients, imageId, 'self')
  ])
  if (image) return { image: { ...image, ImageId: imageId }, isOwn: own !== undefined }
  throw new AmiError('INPUT', `Expected an image ${imageId} in ${clients.region} that this account may use, found none`)
}

async function describeImages(clients: Clients, imageId: string, owner?: 'self'): Promise<Image[]> {
  const request = {
    ImageIds: [imageId],
    IncludeDeprecated: true,
    IncludeDisabled: true,
    ...(owner && { Owners: [owner] })
  }
  try {
    return (await clients.ec2.send(new DescribeImagesCommand(request))).Images ?? []
  } catch (error) {
    if (/^InvalidAMIID\.(?:NotFound|Unavailable)$/.test(serviceErrorName(error))) return []
    throw error
  }
}

async function readNewest(
  { run }: Aws,
  clients: Clients,
  recipe: Recipe | undefined
): Promise<Omit<FoundImage, 'region'>> {
  const hint = 'Give `image-id`, the `images` of an earlier step, or a `recipe` whose family has a good image.'
  if (!recipe) throw new AmiError('INPUT', 'Expected an image to work on, found none', { hint })
  const { channel } = run.inputs
  const good = (await readFamily(clients, recipe.family))
    .filter(isGood)
    .filter(image => toFamilyImage(image).tags[TAGS.channel] === channel)
    .sort((a, b) => bakedAt(b) - bakedAt(a))
  const [image] = good
  if (image?.ImageId) return { image: { ...image, ImageId: image.ImageId }, isOwn: true }
  const sentence = `Expected a good image of the family ${recipe.family} in the channel ${channel} in ${clients.region}, found none`
  throw new AmiError('INPUT', sentence, { hint })
}

const bakedAt = (image: Image): number => toFamilyImage(image).bakedAt?.getTime() ?? 0
