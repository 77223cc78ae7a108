import type { Run } from '../../run.ts'
import type { Place } from '../place.ts'
import type { Choice } from './choose.ts'
import type { PlacePlan } from './plan.ts'

/** What a rollback has come to so far, for its report. */
export interface RollbackStory {
  readonly run: Run
  choice?: Choice
  plans: readonly PlacePlan[]
  results: readonly PlaceResult[]
}

export interface PlaceResult {
  readonly place: Place
  /** Absent where nothing could be planned. */
  readonly plan?: PlacePlan
  readonly error?: unknown
  /** What does not follow by itself. */
  readonly leftBehind: readonly string[]
}
