import { WINDOWS_SECONDS } from './durations.ts'
import { SYSPREP_LOGS, SYSPREP_TAG } from './launch-agents.ts'
import { goDown, keep, type Machine } from './machine.ts'
import { PoweredOff } from './power.ts'
import { deleteFiles, writeFiles } from './system.ts'

/** @see https://learn.microsoft.com/en-us/windows-hardware/manufacture/desktop/sysprep--generalize--a-windows-installation */
const MAX_RUNS = 1001

/**
 * Generalizes the installation, and shuts the machine down afterwards if asked. What is stopped meanwhile can never be
 * used again. Resolves when it is sealed, with whether it is. Errors: PoweredOff, also where it has shut down.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-create-win-sysprep.html
 */
export async function generalize(machine: Machine, shutsDown: boolean): Promise<boolean> {
  const { system, power } = machine
  system.imageState = 'IMAGE_STATE_UNDEPLOYABLE'
  deleteFiles(system, [SYSPREP_TAG])
  keep(machine)
  await power.wait(WINDOWS_SECONDS.generalize)
  writeFiles(system, SYSPREP_LOGS)
  keep(machine)
  if (system.sysprepRuns >= MAX_RUNS) return false
  system.sysprepRuns++
  system.imageState = 'IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE'
  writeFiles(system, [SYSPREP_TAG])
  keep(machine)
  if (shutsDown) await shutDown(machine, 'poweroff')
  return true
}

/** Shuts the machine down, or restarts it. Errors: PoweredOff once it has. */
export async function shutDown(machine: Machine, how: 'poweroff' | 'reboot'): Promise<never> {
  await machine.power.wait(WINDOWS_SECONDS.shutDown)
  goDown(machine, how)
  throw new PoweredOff()
}
