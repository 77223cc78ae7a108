import type { InstanceRecord } from '../../world/records.ts'
import type { Region } from '../../world/region.ts'
import type { World } from '../../world/world.ts'

/** An instance and the world that it lives in, beyond the request that made it. */
export interface Life {
  readonly world: World
  readonly region: Region
  readonly record: InstanceRecord
}

const turns = new WeakMap<InstanceRecord, Promise<void>>()

/**
 * Acts on an instance's guest after all that was to be done to it before: a stop waits for the boot. Each act looks at
 * the state it finds, for another request may have changed it meanwhile.
 */
export function inTurn({ record }: Life, act: () => Promise<void> | void): Promise<void> {
  const turn = (turns.get(record) ?? Promise.resolve()).then(act)
  turns.set(
    record,
    turn.catch(() => undefined)
  )
  return turn
}
