import type { Run } from '../../run.ts'
import type { Applied } from './apply/apply.ts'
import type { UndoPlan } from './apply/undo.ts'
import type { SunsetFacts } from './facts.ts'
import type { SunsetPlan } from './plan/plan.ts'
import type { Policy } from './policy.ts'

/** What there is to tell of a run; a part that it did not reach is absent. */
export interface SunsetStory {
  readonly run: Run
  policy?: Policy
  facts?: SunsetFacts
  plan?: SunsetPlan
  applied?: Applied
  undone?: { readonly region: string; readonly plan: UndoPlan }
}
