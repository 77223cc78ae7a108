import type { Aws } from '../../aws/aws.ts'
import type { PackageList } from '../../guest/package-list.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import type { FinishedImage } from '../new-image.ts'
import type { ContentFacts } from './observe/facts.ts'
import type { Stages } from './outcome/stages.ts'
import type { BakePlan } from './plan/plan.ts'
import type { BakeOrder, ImagePlan } from './plan/plan-image.ts'

/** What a way to the image starts from. */
export interface BakeTask {
  readonly aws: Aws
  readonly recipe: Recipe
  readonly content: ContentFacts
  readonly order: BakeOrder
  readonly stages: Stages
}

/** What a bake has made. */
export interface BakedImage extends FinishedImage {
  /** Absent where no builder was launched. */
  readonly packages?: PackageList
}

/** A decided way to the image: by a builder, from an instance as it is, or from a snapshot. */
export interface Way {
  readonly plan: ImagePlan | BakePlan
  /** The plan, line by line, for the log. */
  readonly lines: readonly string[]
  /** Requests with DryRun, by which EC2 tells whether it would let the way be gone. */
  readonly rehearsals: readonly (() => Promise<unknown>)[]
  /** Goes the way. Result: the image, available and finished. */
  go(): Promise<BakedImage>
}
