import { TAKE_DEADLINE_OFF } from './deadline.ts'
import { STRICT } from './powershell.ts'

/** The program that sets an instance of an image up at its first boot, and that seals an image by Sysprep. */
export interface LaunchAgent {
  readonly name: 'EC2Launch v2' | 'EC2Launch' | 'EC2Config'
  /** Where it is, there is this agent. */
  readonly program: string
  /** PowerShell that waits until it has done its part of the boot. */
  readonly awaitBoot: string
  /** PowerShell that makes the builder fit to be imaged. */
  readonly seal: string
  /** Whether sealing ends with the builder's shutdown; else with an exit code, and it is stopped from outside. */
  readonly shutsDown: boolean
}

const V2 = '"$env:ProgramFiles\\Amazon\\EC2Launch\\EC2Launch.exe"'
const V1 = (script: string): string => `"$env:ProgramData\\Amazon\\EC2-Windows\\Launch\\Scripts\\${script}"`
const CONFIG = '"$env:ProgramFiles\\Amazon\\Ec2ConfigService\\Ec2Config.exe"'

/**
 * PowerShell that leaves with 0 only where Sysprep says that it has generalized the installation. Sysprep's own exit code
 * is not enough: the agents start it in ways of their own.
 *
 * @see https://learn.microsoft.com/en-us/windows-hardware/manufacture/desktop/windows-setup-states
 */
const PROVE = `$state = (Get-ItemProperty 'HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Setup\\State').ImageState
if ($state -ne 'IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE') {
  Write-Output "Sysprep left Windows in $state"
  Get-Content 'C:\\Windows\\System32\\Sysprep\\Panther\\setuperr.log' -ErrorAction SilentlyContinue
  exit 1
}
`

/**
 * In the order in which they are looked for: the installer of EC2Launch v2 removes the others. What the API says of an
 * image does not tell them apart.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configure-launch-agents.html
 */
export const LAUNCH_AGENTS: readonly LaunchAgent[] = [
  {
    // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sysprep-using-ec2launchv2.html
    name: 'EC2Launch v2',
    program: V2,
    awaitBoot: `& ${V2} status --block\n`,
    seal: `${STRICT}& ${V2} sysprep --clean --block\n${PROVE}${TAKE_DEADLINE_OFF}exit 0\n`,
    shutsDown: false
  },
  {
    // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2launch-sysprep.html
    name: 'EC2Launch',
    program: V1('SysprepInstance.ps1'),
    awaitBoot: '',
    seal: `${STRICT}& ${V1('InitializeInstance.ps1')} -Schedule\n& ${V1('SysprepInstance.ps1')} -NoShutdown\n${PROVE}${TAKE_DEADLINE_OFF}exit 0\n`,
    shutsDown: false
  },
  {
    // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2config-service.html: its service seals, and shuts down
    name: 'EC2Config',
    program: CONFIG,
    awaitBoot: '',
    seal: `${STRICT}${TAKE_DEADLINE_OFF}& ${CONFIG} -sysprep\nexit 0\n`,
    shutsDown: true
  }
]

/** PowerShell that waits for the launch agent and prints its name. */
export function findLaunchAgentScript(): string {
  const branches = LAUNCH_AGENTS.map(
    ({ name, program, awaitBoot }) => `if (Test-Path ${program}) {\n${awaitBoot}Write-Output 'launch agent: ${name}'\n}`
  )
  return `${branches.join(' else')}\nexit 0\n`
}

/** The launch agent that the script has found; undefined where there is none. */
export const readLaunchAgent = (stdout: string): LaunchAgent | undefined =>
  LAUNCH_AGENTS.find(({ name }) => new RegExp(`^launch agent: ${name}\\r?$`, 'm').test(stdout))
