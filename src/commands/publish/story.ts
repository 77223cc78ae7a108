import type { Run } from '../../run.ts'
import type { Place } from '../place.ts'
import type { PlacePlan } from './plan.ts'
import type { Ring } from './ring.ts'

/** What a publication has come to so far, for its report. */
export interface PublishStory {
  readonly run: Run
  ring?: Ring
  plans: readonly PlacePlan[]
  results: readonly PlaceResult[]
}

export interface PlaceResult {
  readonly place: Place
  /** Absent where nothing could be planned. */
  readonly plan?: PlacePlan
  readonly ending: 'published' | 'switched back' | 'failed'
  readonly error?: unknown
}
