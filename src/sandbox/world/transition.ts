import type { Pace } from './pace.ts'
import type { World } from './world.ts'

/**
 * Something that happens to the world later: a name and plain data, so that what waits can be kept in a file and goes
 * on after a restart. `act` looks at the state it finds: another request may have changed it, and after a crash it may
 * act a second time.
 */
export interface Transition<Data extends object> {
  readonly name: string
  act(world: World, data: Data): void | Promise<void>
}

/** A transition that waits or is under way, as a state file keeps it. */
export interface Waiting {
  readonly at: Date
  readonly name: string
  readonly data: object
  /** Where a fault slows it. */
  readonly pace?: Pace
}
