import { TAGS } from './tags.ts'

/** An image as EC2 describes it, as far as it matters here. */
export interface DescribedImage {
  readonly ImageId?: string | undefined
  readonly Name?: string | undefined
  readonly State?: string | undefined
  readonly CreationDate?: string | undefined
  readonly DeprecationTime?: string | undefined
  readonly Tags?: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined
}

/** What our tags tell of an image of a family; what they don't tell is absent. */
export interface FamilyImage {
  readonly imageId: string
  readonly name: string
  readonly state: string
  readonly tags: Readonly<Record<string, string>>
  /** Its bake came to its end, and it is the image that its tags tell of: tags travel with copies made by others. */
  readonly isFinished: boolean
  readonly bakedAt?: Date
  readonly validUntil?: Date
}

/** Reads our tags of an image. */
export function toFamilyImage({
  ImageId: imageId = '',
  Name: name = '',
  State,
  Tags = []
}: DescribedImage): FamilyImage {
  const tags = Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]))
  const [bakedAt, validUntil] = [toDate(tags[TAGS.bakedAt]), toDate(tags[TAGS.validUntil])]
  return {
    imageId,
    name,
    state: State ?? '',
    tags,
    isFinished: imageId !== '' && tags[TAGS.self] === imageId,
    ...(bakedAt && { bakedAt }),
    ...(validUntil && { validUntil })
  }
}

/** Whether an image of ours may be used: finished, usable, on no way out, and not known to be bad. */
export function isGood(described: DescribedImage): boolean {
  const { state, isFinished, tags } = toFamilyImage(described)
  const isOnItsWayOut = described.DeprecationTime !== undefined || tags[TAGS.stage] !== undefined
  return isFinished && state === 'available' && !isOnItsWayOut && !/^failed\b/.test(tags[TAGS.verified] ?? '')
}

function toDate(text: string | undefined): Date | undefined {
  const date = new Date(text ?? Number.NaN)
  return Number.isNaN(date.getTime()) ? undefined : date
}

/**
 * Whether two images have come from one bake: one is a copy of the other, or both are copies. Copies carry the tags that
 * tell of the bake.
 */
export function isSameBake(one: DescribedImage, other: DescribedImage): boolean {
  const [a, b] = [toFamilyImage(one), toFamilyImage(other)]
  return a.bakedAt !== undefined && IDENTITY.every(key => a.tags[key] === b.tags[key])
}

const IDENTITY = [TAGS.family, TAGS.digest, TAGS.bakedAt]

/** Whether an image is the one to launch: it was published, and no other has taken its place. */
export function isPublished(described: DescribedImage): boolean {
  const { isFinished, tags } = toFamilyImage(described)
  return isFinished && tags[TAGS.published] !== undefined && tags[TAGS.superseded] === undefined
}

/** Whether one could go back to an image: it has been published, and nobody has gone back from it. */
export function wasGood(described: DescribedImage): boolean {
  const { isFinished, state, tags } = toFamilyImage(described)
  const isThere = state === 'available' || state === 'disabled'
  const isBad = tags[TAGS.rolledBack] !== undefined || /^failed\b/.test(tags[TAGS.verified] ?? '')
  return isFinished && isThere && tags[TAGS.published] !== undefined && !isBad
}
