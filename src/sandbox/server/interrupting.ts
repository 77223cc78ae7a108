import type { InstanceName } from '../ec2/instances/life.ts'
import { stateOf } from '../ec2/instances/states.ts'
import { interruptSpot } from '../ec2/spot/interrupt.ts'
import type { Call } from '../handler.ts'
import type { Transition } from '../world/transition.ts'
import { textsIn } from './texts.ts'

/** Interrupts the Spot Instances in the answer to a launch so many seconds later, or once they run. */
export function interruptLaunched(answer: object | undefined, seconds: number, { world, region }: Call): void {
  for (const id of new Set(textsIn(answer))) {
    const record = region.instances.get(id)
    if (record?.instance.InstanceLifecycle !== 'spot') continue
    world.schedule.after(seconds * 1000, interruptingLaunched, { region: region.name, instanceId: id })
  }
}

const RETRY_MS = 1000

/** One that has ended by then is left alone. */
export const interruptingLaunched: Transition<InstanceName> = {
  name: 'interrupt a launched spot instance',
  act: (world, name) => {
    const record = world.usedRegion(name.region)?.instances.get(name.instanceId)
    const state = record && stateOf(record)
    if (state === 'running') interruptSpot(world, name.region, name.instanceId)
    else if (state === 'pending') world.schedule.after(RETRY_MS, interruptingLaunched, name)
  }
}
