import type { Image } from '@aws-sdk/client-ec2'
import { AmiError } from '../../../errors.ts'
import { TAGS } from '../../../image/tags.ts'
import type { Recipe } from '../../../recipe/recipe.ts'
import type { BakeFacts } from '../../bake/observe/facts.ts'
import { isWindows } from '../../bake/plan/choose-base.ts'
import { type Candidate, planCandidates } from '../../bake/plan/plan-candidates.ts'
import { planNetwork } from '../../bake/plan/plan-network.ts'

/** How instances of an image are booted to try it. */
export interface BootPlan {
  readonly region: string
  readonly image: Image & { readonly ImageId: string }
  readonly system: 'linux' | 'windows'
  /** How its instances are asked: without an instance profile they have to tell by themselves. */
  readonly via: 'ssm' | 'user-data'
  readonly count: number
  readonly candidates: readonly Candidate[]
  readonly vpcId: string
  readonly securityGroupIds?: readonly string[]
  readonly deadline: Date
  readonly tags: Readonly<Record<string, string>>
}

export interface BootOrder {
  readonly run: string
  readonly level: 'image' | 'copy'
  readonly timeoutSeconds: number
}

/** Two instances prove that they differ; of a copy one proves that it boots. Errors: RECIPE, NETWORK. */
export function planBoot(
  recipe: Recipe,
  image: BootPlan['image'],
  facts: BakeFacts,
  { run, level, timeoutSeconds }: BootOrder
): BootPlan {
  const system = isWindows(image) ? 'windows' : 'linux'
  const via = recipe.builder.instanceProfile ? 'ssm' : 'user-data'
  if (via === 'user-data' && system === 'windows') {
    const hint =
      'Give `builder: { instance-profile: … }` with AmazonSSMManagedInstanceCore, or say `verify: { checks: { boots: "off" } }`.'
    throw new AmiError('RECIPE', 'Booting a Windows image needs an instance profile for the SSM agent', { hint })
  }
  const { subnets, ...network } = planNetwork(recipe, facts)
  const deadline = new Date(facts.now.getTime() + timeoutSeconds * 1000)
  return {
    region: facts.region,
    image,
    system,
    via,
    count: level === 'image' ? 2 : 1,
    candidates: planCandidates({ ...recipe, builder: { ...recipe.builder, spot: 'never' } }, facts, image, subnets),
    ...network,
    deadline,
    tags: {
      ...recipe.tags,
      [TAGS.managed]: 'true',
      [TAGS.run]: run,
      [TAGS.family]: recipe.family,
      [TAGS.deadline]: deadline.toISOString()
    }
  }
}
