import type { AmiError } from '../../errors.ts'
import type { Enforce } from '../../recipe/recipe.ts'
import type { Run } from '../../run.ts'
import type { Place } from '../place.ts'
import type { Allowed } from './allow-images.ts'
import type { JudgedPlace } from './facts.ts'
import type { PlacePlan } from './plan-enforce.ts'
import { type Act, isSpared } from './plan-instance.ts'

/** What came of one instance, or of one group, on which something was to be done. */
export interface Result {
  readonly place: Place
  /** An instance id, or the name of a group. */
  readonly id: string
  readonly act: Act
  /** Why it was left as it was, though nothing failed. */
  readonly left?: string
  readonly error?: unknown
}

/** A place that is not known, or where nothing may be done, and why. */
export interface Trouble {
  readonly place: Place
  readonly errors: readonly AmiError[]
}

/** What there is to tell of a look at the fleet. */
export interface FleetStory {
  readonly run: Run
  mode: Enforce['mode']
  /** EC2's time. */
  now: Date
  places: readonly JudgedPlace[]
  troubles: readonly Trouble[]
  plans: readonly PlacePlan[]
  results: readonly Result[]
  /** Where the recipe asks for it. */
  allowed: readonly Allowed[]
}

/** What is spared by somebody's choice need not be approved. */
export const hasPassed = ({ places }: FleetStory): boolean =>
  places.every(
    ({ instances, sources }) =>
      instances.every(({ instance, verdict }) => verdict === 'approved' || isSpared(instance)) &&
      sources.every(({ verdict }) => verdict === 'approved')
  )
