import type { InstanceRecord } from '../../world/records.ts'
import type { World } from '../../world/world.ts'
import type { BootRequest, GuestEnd } from '../guests.ts'
import type { Power } from './power.ts'
import type { WindowsSystem } from './system.ts'

/** A Windows machine that has been switched on. */
export interface Machine {
  readonly world: World
  readonly record: InstanceRecord
  /** On its root volume: what is changed there stays. */
  readonly system: WindowsSystem
  readonly request: BootRequest
  readonly power: Power
  /** Whether its launch agent has done what it does at a boot. */
  isSetUp: boolean
  /** Whether its launch agent was told in this boot to do at the next one what it does once. */
  isReset: boolean
}

/** Tells whoever keeps the world that what is on the machine's volume has changed. */
export const keep = ({ world }: Machine): void => world.onChange()

/** The machine ends by itself. */
export function goDown({ power, request }: Machine, how: GuestEnd): void {
  power.off()
  request.onEnd(how)
}

/** A line as launch agents write it to the console. */
export function say({ world, request }: Machine, text: string): void {
  const time = world.clock.now().toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ')
  request.onConsole(`${time}Z: ${text}\n`)
}
