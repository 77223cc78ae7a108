import type { Run } from '../../run.ts'
import type { Source } from './facts.ts'
import type { CopyOrder } from './order.ts'
import type { TargetPlan } from './plan.ts'

/** What has come of one place. */
export interface Delivery {
  readonly plan: TargetPlan
  readonly imageId?: string
  readonly error?: unknown
}

/** What there is to tell of a run; a part that it did not reach is absent. */
export interface CopyStory {
  readonly run: Run
  readonly kind: CopyOrder['kind']
  source?: Source
  plans?: readonly TargetPlan[]
  deliveries?: readonly Delivery[]
}
