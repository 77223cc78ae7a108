import { WINDOWS_SECONDS } from '../durations.ts'
import { SYSPREP_LOGS } from '../launch-agents.ts'
import { keep } from '../machine.ts'
import { inBackground } from '../power.ts'
import { generalize } from '../sysprep.ts'
import { agentOf, deleteFiles } from '../system.ts'
import type { Command } from './commands.ts'
import type { Shell } from './shell.ts'

const PROGRAM = 'C:\\Program Files\\Amazon\\EC2Launch\\EC2Launch.exe'
const OPTION = '--?(?:clean|block|shutdown|c|b|s)(?:=(?:true|false))?'
const LOOK_AGAIN_SECONDS = 1

/** What `ec2launch status` exits with. */
const STATUS = { ran: 0, isRunning: 2, unknown: 5 } as const

const withOptions = (name: string): RegExp =>
  new RegExp(
    `^(?:c:\\\\program files\\\\amazon\\\\ec2launch\\\\)?ec2launch(?:\\.exe)? ${name}(?<options>(?: ${OPTION})*)$`,
    'i'
  )

const isSet = (options = '', long: string): boolean =>
  new RegExp(`(?:^| )--?(?:${long}|${long[0]})(?:=true)?(?= |$)`, 'i').test(options)

/**
 * What EC2Launch v2 does when asked on the command line. Without `--block` reset and sysprep go on when the command has
 * come back.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2launch-v2-settings.html
 */
export const EC2LAUNCH_V2: readonly Command[] = [
  {
    pattern: withOptions('reset'),
    program: PROGRAM,
    act: async (shell, { options }) => {
      reset(shell, isSet(options, 'clean'))
      if (isSet(options, 'block')) await shell.wait(WINDOWS_SECONDS.reset)
    }
  },
  {
    pattern: withOptions('sysprep'),
    program: PROGRAM,
    act: async (shell, { options }) => {
      reset(shell, isSet(options, 'clean'))
      const sealing = generalize(shell.machine, isSet(options, 'shutdown'))
      if (!isSet(options, 'block')) return inBackground(sealing)
      // It takes its share of the time that the script has.
      const [isSealed] = await Promise.all([sealing, shell.wait(WINDOWS_SECONDS.generalize)])
      shell.lastExitCode = isSealed ? 0 : 1
    }
  },
  {
    pattern: withOptions('status'),
    program: PROGRAM,
    act: async (shell, { options }) => {
      while (isSet(options, 'block') && statusOf(shell) === STATUS.isRunning) await shell.wait(LOOK_AGAIN_SECONDS)
      shell.lastExitCode = statusOf(shell)
    }
  },
  {
    pattern: withOptions('version'),
    program: PROGRAM,
    act: shell => {
      shell.lastExitCode = 0
      shell.print(agentOf(shell.machine.system).version)
    }
  }
]

/** Also what `sysprep` begins with. */
function reset(shell: Shell, cleansLogs: boolean): void {
  const { machine } = shell
  const { state, logs } = agentOf(machine.system)
  machine.system.isScheduled = true
  machine.isReset = true
  deleteFiles(machine.system, [...state, ...(cleansLogs ? [...logs, ...SYSPREP_LOGS] : [])])
  shell.lastExitCode = 0
  keep(machine)
}

function statusOf({ machine }: Shell): number {
  if (!machine.isSetUp) return STATUS.isRunning
  return machine.system.isScheduled ? STATUS.unknown : STATUS.ran
}
