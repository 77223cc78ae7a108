import type { Image, RunInstancesRequest } from '@aws-sdk/client-ec2'
import { AmiError, throwProblems } from '../../errors.ts'
import { renderName } from '../../image/name.ts'
import { TAGS } from '../../image/tags.ts'
import { digestRecipe } from '../../recipe/digest.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import { chooseBase } from './choose-base.ts'
import type { BakeFacts } from './facts.ts'
import { checkKeys } from './plan-keys.ts'
import { type Candidate, planCandidates } from './plan-network.ts'
import { planVolumes } from './plan-volumes.ts'

/** What the plan takes from the run, beside the recipe and the facts. */
export interface BakeOrder {
  readonly run: string
  readonly channel: 'release' | 'test'
  readonly timeoutSeconds: number
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
  /** On everything the bake creates. */
  readonly tags: Readonly<Record<string, string>>
  /** An image that an interrupted bake of the same content left, accepted by EC2 but not finished. */
  readonly unfinished?: { readonly imageId: string; readonly name: string }
}

/** After the bake's own time-out the builder has half of it again until it ends itself, but no longer than this. */
const MAX_MARGIN_SECONDS = 300

/**
 * Decides a bake from the recipe and what was read; pure. Errors: Problems, all that stands in the way, before
 * anything has been created.
 */
export function planBake(recipe: Recipe, facts: BakeFacts, order: BakeOrder): BakePlan {
  refuseUnsupported(recipe)
  const base = chooseBase(recipe, facts)
  const problems: AmiError[] = []
  const volumes = collect(problems, () => planVolumes(recipe, base))
  const network = collect(problems, () => planCandidates(recipe, facts, base))
  problems.push(...checkKeys(recipe, facts))
  const digest = digestRecipe(recipe, { baseImageId: base.ImageId, architecture: base.Architecture ?? '' })
  const imageName = collect(problems, () => renderName(recipe.name, nameFields(recipe, digest, facts.now)))
  throwProblems(problems)
  if (!volumes || !network || !imageName) throw new AmiError('INTERNAL', 'The plan is incomplete')
  const validUntil = after(facts.now, recipe.validForSeconds)
  const deadline = after(facts.now, order.timeoutSeconds + Math.min(order.timeoutSeconds / 2, MAX_MARGIN_SECONDS))
  const unfinished = findUnfinished(facts.family, digest, order.channel)
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
    tags: {
      ...recipe.tags,
      [TAGS.managed]: 'true',
      [TAGS.run]: order.run,
      [TAGS.family]: recipe.family,
      [TAGS.channel]: order.channel,
      [TAGS.digest]: digest,
      [TAGS.strategy]: recipe.strategy,
      [TAGS.base]: base.ImageId,
      [TAGS.bakedAt]: facts.now.toISOString(),
      [TAGS.validUntil]: validUntil.toISOString(),
      [TAGS.deadline]: deadline.toISOString()
    },
    ...(unfinished && { unfinished })
  }
}

function refuseUnsupported(recipe: Recipe): void {
  const { base, provision, purpose, builder } = recipe
  const found: AmiError[] = []
  const refuse = (what: string, hint: string) =>
    found.push(new AmiError('RECIPE', `This version of bake can't do ${what} yet`, { hint }))
  if (base.kind === 'instance' || base.kind === 'snapshot')
    refuse(`\`base: { ${base.kind}: … }\``, 'Name a base by id, ssm, or owners and name.')
  if (purpose === 'backup') refuse('`purpose: backup`', 'Leave it out.')
  if (builder.spot !== 'never') refuse(`\`spot: ${builder.spot}\``, 'Use `spot: never`.')
  for (const step of provision.steps) {
    if (step.kind === 'files') refuse(`the files of step '${step.name}'`, 'Write them in a `run` step.')
    else if (step.shell !== 'bash') refuse(`the PowerShell of step '${step.name}'`, 'Use bash.')
  }
  if (provision.via === 'ssm' && !builder.instanceProfile) {
    const hint = 'Give `builder: { instance-profile: … }` with AmazonSSMManagedInstanceCore, or use `via: user-data`.'
    found.push(
      new AmiError('RECIPE', '`provision: { via: ssm }` needs an instance profile for the SSM agent', { hint })
    )
  }
  throwProblems(found)
}

const nameFields = (recipe: Recipe, digest: string, now: Date) => ({
  family: recipe.family,
  strategy: recipe.strategy,
  date: now.toISOString().slice(0, 10).replaceAll('-', ''),
  time: now.toISOString().slice(11, 19).replaceAll(':', ''),
  digest: digest.slice(0, 8)
})

/** `self` is written when an image is finished: without it, ours, and not failed means that a bake was cut off. */
function findUnfinished(
  family: readonly Image[],
  digest: string,
  channel: string
): { imageId: string; name: string } | undefined {
  const found = family.find(image => {
    const tags = Object.fromEntries((image.Tags ?? []).map(({ Key, Value }) => [Key, Value]))
    const alive = image.State === 'pending' || image.State === 'available'
    return alive && tags[TAGS.digest] === digest && tags[TAGS.channel] === channel && tags[TAGS.self] === undefined
  })
  return found?.ImageId ? { imageId: found.ImageId, name: found.Name ?? '' } : undefined
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
