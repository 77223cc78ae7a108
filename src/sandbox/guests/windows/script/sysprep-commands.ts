import { keep } from '../machine.ts'
import { inBackground } from '../power.ts'
import { generalize } from '../sysprep.ts'
import type { Command } from './commands.ts'
import type { Shell } from './shell.ts'

const SCRIPTS = 'C:\\ProgramData\\Amazon\\EC2-Windows\\Launch\\Scripts'
const V1 = String.raw`^c:\\programdata\\amazon\\ec2-windows\\launch\\scripts\\`

/** Says that the launch agent is to set the instance up at the next boot. */
function schedule({ machine }: Shell): void {
  machine.system.isScheduled = true
  machine.isReset = true
  keep(machine)
}

async function sealHere(shell: Shell, shutsDown: boolean): Promise<void> {
  shell.lastExitCode = (await generalize(shell.machine, shutsDown)) ? 0 : 1
}

/**
 * Sysprep, as EC2Launch and EC2Config start it, and by itself. EC2Launch's script waits for it, and goes down with the
 * machine; EC2Config's program asks its service. Only EC2Launch has to be told to set up what is launched from the
 * image: there is no new password and no user data otherwise.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2launch-sysprep.html
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sysprep-using.html (EC2Config)
 * @see https://learn.microsoft.com/en-us/windows-hardware/manufacture/desktop/sysprep-command-line-options
 */
export const SYSPREP: readonly Command[] = [
  {
    pattern: new RegExp(`${V1}initializeinstance\\.ps1 -schedule$`, 'i'),
    program: `${SCRIPTS}\\InitializeInstance.ps1`,
    act: schedule
  },
  {
    pattern: new RegExp(`${V1}sendwindowsisready\\.ps1 -schedule$`, 'i'),
    program: `${SCRIPTS}\\SendWindowsIsReady.ps1`,
    act: ({ machine }) => {
      machine.system.saysReady = true
      keep(machine)
    }
  },
  {
    pattern: new RegExp(`${V1}sysprepinstance\\.ps1(?<stays> -noshutdown)?$`, 'i'),
    program: `${SCRIPTS}\\SysprepInstance.ps1`,
    act: (shell, { stays }) => sealHere(shell, stays === undefined)
  },
  {
    pattern: /^(?:c:\\program files\\amazon\\ec2configservice\\)?ec2config(?:\.exe)? -sysprep$/i,
    program: 'C:\\Program Files\\Amazon\\Ec2ConfigService\\Ec2Config.exe',
    act: shell => {
      schedule(shell)
      shell.lastExitCode = 0
      inBackground(generalize(shell.machine, true))
    }
  },
  {
    pattern:
      /^(?:c:\\windows\\system32\\sysprep\\)?sysprep(?:\.exe)?(?=.* \/generalize\b)(?=.* \/oobe\b)(?=.* \/(?:shutdown|quit)\b)(?<options>(?: \/(?:generalize|oobe|quiet|shutdown|quit|mode:vm|unattend:[^/]+))+)$/i,
    act: (shell, { options = '' }) => sealHere(shell, /\/shutdown\b/i.test(options))
  }
]
