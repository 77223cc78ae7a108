import type { Handlers } from '../handler.ts'
import { Policies } from '../policies/policies.ts'
import type { Service } from '../wire/operations.ts'
import type { World } from '../world/world.ts'
import { Faults } from './faults.ts'
import { History } from './history.ts'
import { Journal } from './journal.ts'
import { Throttling } from './throttling.ts'

/** The world, and what stands between it and its callers. */
export interface Sandbox {
  readonly world: World
  readonly handlers: Readonly<Record<Service, Handlers>>
  readonly journal: Journal
  readonly faults: Faults
  readonly history: History
  readonly throttling: Throttling
  readonly policies: Policies
  /** Where the world is kept on disk: what a request has changed is there before its answer. */
  readonly state?: { keep(): Promise<void> }
}

/** A sandbox around a world; `throttled` is whether EC2's request limits hold from the beginning. */
export function makeSandbox({
  throttled = false,
  ...given
}: Pick<Sandbox, 'world' | 'handlers' | 'state'> & { throttled?: boolean }): Sandbox {
  const { world } = given
  return {
    ...given,
    journal: new Journal(),
    faults: new Faults(),
    history: new History(world),
    throttling: new Throttling(world.clock, throttled),
    policies: new Policies()
  }
}
