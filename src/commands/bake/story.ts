import type { Image, Snapshot } from '@aws-sdk/client-ec2'
import type { Recipe } from '../../recipe/recipe.ts'
import type { Run } from '../../run.ts'
import type { BakePlan } from './plan.ts'
import type { Stages } from './stages.ts'

export interface Baked {
  readonly image: Image
  readonly snapshots: readonly Snapshot[]
}

/** What there is to tell of a bake; a part that it did not reach is absent. */
export interface BakeStory {
  readonly run: Run
  readonly stages: Stages
  readonly recipe?: Recipe
  readonly plan?: BakePlan
  readonly baked?: Baked
}
