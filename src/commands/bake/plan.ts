import type { RunInstancesRequest } from '@aws-sdk/client-ec2'
import { AmiError, throwProblems } from '../../errors.ts'
import { toFamilyImage } from '../../image/family-image.ts'
import { renderName } from '../../image/name.ts'
import { TAGS } from '../../image/tags.ts'
import { digestRecipe } from '../../recipe/digest.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import { chooseBase } from './choose-base.ts'
import type { BakeFacts } from './facts.ts'
import { checkKeys, warnOfKeyPolicies } from './plan-keys.ts'
import { type Candidate, planCandidates } from './plan-network.ts'
import { checkScripts } from './plan-scripts.ts'
import { planVolumes } from './plan-volumes.ts'

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

/** All that a bake will do, decided before it does anything. */
export interface BakePlan {
  readonly region: string
  readonly imageName: string
  readonly description: string
  readonly baseImageId: string
  readonly baseName: string
  readonly digest: string
  readonly validUntil: Date
  /** When the builder ends itself. */
  readonly deadline: Date
  /** Tried in order until one has capacity. */
  readonly candidates: readonly Candidate[]
  /** Absent: the bake's own group, which has no inbound rules. */
  readonly securityGroupIds?: readonly string[]
  readonly vpcId: string
  readonly blockDeviceMappings: NonNullable<RunInstancesRequest['BlockDeviceMappings']>
  /** Why a new image is made. */
  readonly reason: string
  /** What does not stand in the way, but should be known. */
  readonly warnings: readonly string[]
  /** On everything the bake creates. */
  readonly tags: Readonly<Record<string, string>>
  /** An image that an interrupted bake of the same content left, accepted by EC2 but not finished. */
  readonly unfinished?: UnfinishedImage
}

/** After the bake's own time-out the builder has half of it again until it ends itself, but no longer than this. */
const MAX_MARGIN_SECONDS = 300

/**
 * Decides a bake from the recipe and what was read; pure. Errors: Problems, all that stands in the way, before
 * anything has been created.
 */
export function planBake(recipe: Recipe, facts: BakeFacts, order: BakeOrder): BakePlan {
  const problems: AmiError[] = []
  const base = collect(problems, () => chooseBase(recipe, facts))
  const volumes = base && collect(problems, () => planVolumes(recipe, base))
  const network = base && collect(problems, () => planCandidates(recipe, facts, base))
  problems.push(...checkKeys(recipe, facts))
  collect(problems, () => checkScripts(recipe))
  throwProblems(problems)
  if (!base || !volumes || !network) throw new AmiError('INTERNAL', 'The plan is incomplete')
  const digest = digestRecipe(recipe, { baseImageId: base.ImageId, architecture: base.Architecture ?? '' })
  const imageName = renderName(recipe.name, nameFields(recipe, digest, facts.now))
  const deadline = after(facts.now, order.timeoutSeconds + Math.min(order.timeoutSeconds / 2, MAX_MARGIN_SECONDS))
  const unfinished = findUnfinished(facts, digest, order.channel)
  const validUntil = unfinished?.validUntil ?? after(facts.now, recipe.validForSeconds)
  return {
    region: facts.region,
    imageName,
    description: `${recipe.family}, baked from ${base.Name ?? base.ImageId}`,
    baseImageId: base.ImageId,
    baseName: base.Name ?? base.ImageId,
    digest,
    validUntil,
    deadline,
    ...network,
    blockDeviceMappings: volumes,
    reason: order.reason,
    warnings: warnOfKeyPolicies(recipe, facts),
    tags: tagsOf(recipe, order, { digest, base: base.ImageId, now: facts.now, validUntil }),
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

interface Content {
  readonly digest: string
  readonly base: string
  readonly now: Date
  readonly validUntil: Date
}

const tagsOf = (recipe: Recipe, { run, channel }: BakeOrder, { digest, base, now, validUntil }: Content) => ({
  ...recipe.tags,
  [TAGS.managed]: 'true',
  [TAGS.run]: run,
  [TAGS.family]: recipe.family,
  [TAGS.channel]: channel,
  [TAGS.digest]: digest,
  [TAGS.strategy]: recipe.strategy,
  [TAGS.base]: base,
  [TAGS.bakedAt]: now.toISOString(),
  [TAGS.validUntil]: validUntil.toISOString()
})

/** `self` is written when an image is finished: without it, ours, valid and not failed means that a bake was cut off. */
function findUnfinished({ family, now }: BakeFacts, digest: string, channel: string): UnfinishedImage | undefined {
  for (const { imageId, name, state, tags, validUntil } of family.map(toFamilyImage)) {
    const isAlive = imageId && (state === 'pending' || state === 'available')
    const isSame = tags[TAGS.digest] === digest && tags[TAGS.channel] === channel
    const isUnfinished = tags[TAGS.self] === undefined && validUntil && validUntil > now
    if (isAlive && isSame && isUnfinished) return { imageId, name, validUntil }
  }
  return undefined
}

/** Runs one part of the plan; what it refuses joins the other problems. */
function collect<T>(problems: AmiError[], part: () => T): T | undefined {
  try {
    return part()
  } catch (error) {
    if (!(error instanceof AmiError)) throw error
    problems.push(error)
    return undefined
  }
}

const after = (time: Date, seconds: number): Date => new Date(time.getTime() + seconds * 1000)
