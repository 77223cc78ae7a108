import { toFamilyImage } from '../../../image/family-image.ts'
import { renderName } from '../../../image/name.ts'
import { workflowRunOf } from '../../../image/run-id.ts'
import { TAGS } from '../../../image/tags.ts'
import type { ContentDigest } from '../../../recipe/digest.ts'
import type { Recipe } from '../../../recipe/recipe.ts'
import type { ContentFacts } from '../observe/facts.ts'

/** What the plan takes from the run, beside the recipe and the facts. */
export interface BakeOrder {
  readonly run: string
  readonly channel: 'release' | 'test'
  readonly timeoutSeconds: number
  /** Why a new image is made. */
  readonly reason: string
}

export interface UnfinishedImage {
  readonly imageId: string
  readonly name: string
  readonly validUntil: Date
}

/** The image that a bake makes, from whatever source. */
export interface ImagePlan {
  readonly region: string
  readonly origin: Origin
  readonly imageName: string
  readonly description: string
  readonly digest: string
  readonly validUntil: Date
  /** Why a new image is made. */
  readonly reason: string
  /** What does not stand in the way, but should be known. */
  readonly warnings: readonly string[]
  /** On everything the bake creates. */
  readonly tags: Readonly<Record<string, string>>
  /** Devices whose volumes outlive instances of the image. */
  readonly keptDevices?: readonly string[]
  /** An image that an interrupted bake of the same content left, accepted by EC2 but not finished. */
  readonly unfinished?: UnfinishedImage
}

/** What the image is made from: an image, an instance or a snapshot. */
export interface Origin {
  readonly id: string
  readonly name: string
}

/** Decides what the image is called, how it is tagged and until when it is valid. Errors: NAME. */
export function planImage(
  recipe: Recipe,
  origin: Origin,
  { digest, parts }: ContentDigest,
  facts: ContentFacts,
  order: BakeOrder
): ImagePlan {
  const { region, now } = facts
  const unfinished = findUnfinished(facts, digest, order, recipe.purpose)
  const validUntil = unfinished?.validUntil ?? new Date(now.getTime() + recipe.validForSeconds * 1000)
  return {
    region,
    origin,
    imageName: renderName(recipe.name, nameFields(recipe, digest, now)),
    description: `${recipe.family}, baked from ${origin.name}`,
    digest,
    validUntil,
    reason: order.reason,
    warnings: [],
    tags: tagsOf(recipe, order, { digest, parts, base: origin.id, now, validUntil }),
    ...(unfinished && { unfinished })
  }
}

const nameFields = (recipe: Recipe, digest: string, now: Date) => ({
  family: recipe.family,
  strategy: recipe.strategy,
  date: now.toISOString().slice(0, 10).replaceAll('-', ''),
  time: now.toISOString().slice(11, 19).replaceAll(':', ''),
  digest: digest.slice(0, 8)
})

interface Content extends ContentDigest {
  readonly base: string
  readonly now: Date
  readonly validUntil: Date
}

const tagsOf = (recipe: Recipe, { run, channel }: BakeOrder, { digest, parts, base, now, validUntil }: Content) => ({
  ...recipe.tags,
  [TAGS.managed]: 'true',
  [TAGS.run]: run,
  [TAGS.family]: recipe.family,
  [TAGS.channel]: channel,
  [TAGS.digest]: digest,
  [TAGS.content]: parts,
  [TAGS.strategy]: recipe.strategy,
  [TAGS.base]: base,
  [TAGS.bakedAt]: now.toISOString(),
  [TAGS.validUntil]: validUntil.toISOString()
})

/** `self` is written when an image is finished: without it, ours, valid and not failed means that a bake was cut off. */
function findUnfinished(
  { family, now }: ContentFacts,
  digest: string,
  { channel, run }: BakeOrder,
  purpose: Recipe['purpose']
): UnfinishedImage | undefined {
  for (const { imageId, name, state, tags, validUntil } of family.map(toFamilyImage)) {
    const isAlive = imageId && (state === 'pending' || state === 'available')
    const isSame = tags[TAGS.digest] === digest && tags[TAGS.channel] === channel
    const isUnfinished = tags[TAGS.self] === undefined && validUntil && validUntil > now
    const isMeant = purpose === 'image' || isSameRun(tags[TAGS.run], run)
    if (isAlive && isSame && isUnfinished && isMeant) return { imageId, name, validUntil }
  }
  return undefined
}

/** A backup is of a moment: only another attempt of the same workflow run means the same one. */
const isSameRun = (theirs = '', ours: string): boolean =>
  workflowRunOf(ours) !== undefined && workflowRunOf(theirs) === workflowRunOf(ours)
