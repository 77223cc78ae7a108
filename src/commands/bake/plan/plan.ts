import type { RunInstancesRequest } from '@aws-sdk/client-ec2'
import { AmiError, throwProblems } from '../../../errors.ts'
import { digestContent } from '../../../recipe/digest.ts'
import type { Recipe } from '../../../recipe/recipe.ts'
import type { BakeFacts } from '../observe/facts.ts'
import { type BaseImage, chooseBase, findStale, isWindows } from './choose-base.ts'
import { type BoostPlan, planBoost } from './plan-boost.ts'
import { type Candidate, planCandidates } from './plan-candidates.ts'
import { type BakeOrder, type ImagePlan, planImage } from './plan-image.ts'
import { checkKeys, warnOfKeyPolicies } from './plan-keys.ts'
import { planNetwork } from './plan-network.ts'
import { checkSteps } from './plan-steps.ts'
import { keptDevicesOf, planVolumes } from './plan-volumes.ts'

/** All that a bake by a builder will do, decided before it does anything. */
export interface BakePlan extends ImagePlan {
  readonly baseImageId: string
  readonly system: 'linux' | 'windows'
  /** When the builder ends itself. */
  readonly deadline: Date
  /** Tried in order until one has capacity. */
  readonly candidates: readonly Candidate[]
  /** Absent: the bake's own group, which has no inbound rules. */
  readonly securityGroupIds?: readonly string[]
  readonly vpcId: string
  /** As the image is to have them. */
  readonly blockDeviceMappings: NonNullable<RunInstancesRequest['BlockDeviceMappings']>
  /** What the builder's root volume has more, until it is sealed. */
  readonly boost?: BoostPlan
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
  const boost = base && collect(problems, () => planBoost(recipe, base))
  const network = collect(problems, () => planNetwork(recipe, facts))
  const candidates = base && network && collect(problems, () => planCandidates(recipe, facts, base, network.subnets))
  problems.push(...checkKeys(recipe, facts))
  if (base) problems.push(...checkSteps(recipe, base))
  throwProblems(problems)
  if (!base || !volumes || !network || !candidates) throw new AmiError('INTERNAL', 'The plan is incomplete')
  const baseImageId = base.ImageId
  const content = digestContent(recipe, { baseImageId, architecture: base.Architecture ?? '' })
  return {
    ...planImage(recipe, { id: baseImageId, name: base.Name ?? baseImageId }, content, facts, order),
    warnings: [...warnOfStale(base, recipe, facts.now), ...warnOfKeyPolicies(recipe, facts)],
    baseImageId,
    system: isWindows(base) ? 'windows' : 'linux',
    deadline: deadlineOf(facts.now, order.timeoutSeconds),
    candidates,
    vpcId: network.vpcId,
    ...(network.securityGroupIds && { securityGroupIds: network.securityGroupIds }),
    blockDeviceMappings: volumes,
    ...keptDevicesOf(recipe),
    ...(boost && { boost })
  }
}

function warnOfStale(base: BaseImage, recipe: Recipe, now: Date): string[] {
  const stale = findStale(base, recipe.base, now)
  return stale ? [`The base is ${base.ImageId} (${base.Name}), ${stale}`] : []
}

const deadlineOf = (now: Date, timeoutSeconds: number): Date =>
  new Date(now.getTime() + (timeoutSeconds + Math.min(timeoutSeconds / 2, MAX_MARGIN_SECONDS)) * 1000)

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
