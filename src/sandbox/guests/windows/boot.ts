import type { Life } from '../../ec2/instances/life.ts'
import type { BootRequest, Guest, RunResult } from '../guests.ts'
import type { Machine } from './machine.ts'
import { inBackground, Power } from './power.ts'
import { runPowerShell } from './script/run.ts'
import { startUp } from './set-up.ts'
import type { WindowsSystem } from './system.ts'

const NOTICE =
  'Windows guests are scripted: they know their launch agent, Sysprep and a few cmdlets, and run nothing else'

/** Boots a scripted Windows machine, whatever other guests are: what it is lies on its root volume. */
export function bootWindows({ world, record }: Life, system: WindowsSystem, request: BootRequest): Guest {
  const power = new Power(world)
  const machine: Machine = { world, record, system, request, power, isSetUp: false, isReset: false }
  request.onConsole(`sandbox: ${NOTICE}\n`)
  const ready = startUp(machine)
  inBackground(ready)
  const off = async () => power.off()
  return {
    ready,
    run: run => (run.shell === 'powershell' ? runPowerShell(machine, run) : Promise.resolve(NO_SHELL)),
    stop: off,
    kill: off,
    reboot: async () => {
      power.off()
      request.onEnd('reboot')
    }
  }
}

const NO_SHELL: RunResult = { exitCode: 0, stdout: '', stderr: '', timedOut: false, notRun: 'Windows has no bash' }
