import { keep, type Machine } from './machine.ts'
import { inBackground } from './power.ts'
import { shutDown } from './sysprep.ts'

/** Registers a task that shuts the machine down once, in the place of one of the same name. */
export function register(machine: Machine, name: string, at: Date): void {
  machine.system.tasks.set(name, at)
  keep(machine)
  arm(machine, name, at)
}

/**
 * What was registered before this boot is still due, wherever the volume is now; what was missed is not made up for.
 *
 * @see https://learn.microsoft.com/en-us/windows/win32/taskschd/tasksettings-startwhenavailable
 */
export function armTasks(machine: Machine): void {
  const now = machine.world.clock.now()
  for (const [name, at] of machine.system.tasks) if (at > now) arm(machine, name, at)
}

/** One that was registered anew or unregistered meanwhile does nothing. */
function arm(machine: Machine, name: string, at: Date): void {
  const isDue = () => machine.system.tasks.get(name) === at
  inBackground(machine.power.waitUntil(at).then(() => (isDue() ? shutDown(machine, 'poweroff') : undefined)))
}
