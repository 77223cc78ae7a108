import type { Image } from '@aws-sdk/client-ec2'
import type { Recipe } from '../../../recipe/recipe.ts'
import type { Run } from '../../../run.ts'
import type { FinishedImage } from '../../new-image.ts'
import type { Verdict } from '../due/reuse.ts'
import type { PackageStory } from '../inventory/story.ts'
import type { BakePlan } from '../plan/plan.ts'
import type { ImagePlan } from '../plan/plan-image.ts'
import type { Stages } from './stages.ts'

/** The image that is as good as a new one. */
export type Reused = Extract<Verdict, { kind: 'reuse' }>

/** What there is to tell of a bake; a part that it did not reach is absent. */
export interface BakeStory {
  readonly run: Run
  readonly stages: Stages
  readonly recipe?: Recipe
  /** The family's images before this bake. */
  readonly family?: readonly Image[]
  readonly reused?: Reused
  readonly plan?: ImagePlan | BakePlan
  readonly baked?: FinishedImage
  /** Absent where no builder was launched. */
  readonly packages?: PackageStory
}
