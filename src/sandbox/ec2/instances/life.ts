import { followInstance } from '../../autoscaling/follow.ts'
import type { InstanceRecord } from '../../world/records.ts'
import type { Region } from '../../world/region.ts'
import type { Transition } from '../../world/transition.ts'
import type { World } from '../../world/world.ts'

/** An instance and the world that it lives in, beyond the request that made it. */
export interface Life {
  readonly world: World
  readonly region: Region
  readonly record: InstanceRecord
}

/** An instance as a transition names it. */
export interface InstanceName {
  readonly region: string
  readonly instanceId: string
}

export const nameOf = ({ region, record }: Life): InstanceName => ({
  region: region.name,
  instanceId: record.instance.InstanceId
})

/**
 * What happens to an instance in its turn; nothing if it is gone by then. Its Auto Scaling group sees what has become
 * of it.
 */
export function lifeTransition<More extends object>(
  name: string,
  act: (life: Life, more: More) => Promise<void> | void
): Transition<InstanceName & More> {
  return {
    name,
    act: (world, data) => {
      const region = world.usedRegion(data.region)
      const record = region?.instances.get(data.instanceId)
      if (!region || !record) return
      const life = { world, region, record }
      return inTurn(life, async () => {
        await act(life, data)
        followInstance(life)
      })
    }
  }
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
