import type { LaunchAgentName } from './releases.ts'

/** What a launch agent is on its machine. */
export interface LaunchAgent {
  readonly version: string
  /** What there is wherever it is installed: from these files a script finds out which agent it has. */
  readonly files: readonly string[]
  readonly answerFile: string
  /** What it writes when it has run, and what makes it not do again what is to be done once. */
  readonly state: readonly string[]
  readonly logs: readonly string[]
  /** Whether it says at every boot that Windows is ready, or only at those at which it sets the instance up. */
  readonly saysReadyAlways: boolean
}

const V2 = 'C:\\ProgramData\\Amazon\\EC2Launch'
const V1 = 'C:\\ProgramData\\Amazon\\EC2-Windows\\Launch'
const CONFIG = 'C:\\Program Files\\Amazon\\Ec2ConfigService'

/**
 * The three launch agents, each in a version of its version history.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2launch-v2.html
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2launch.html
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2config-service.html
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2launchv2-versions.html
 */
export const LAUNCH_AGENTS: Readonly<Record<LaunchAgentName, LaunchAgent>> = {
  'EC2Launch v2': {
    version: '2.0.2046',
    files: ['C:\\Program Files\\Amazon\\EC2Launch\\EC2Launch.exe', `${V2}\\config\\agent-config.yml`],
    answerFile: `${V2}\\sysprep\\unattend.xml`,
    state: [`${V2}\\state\\.run-once`, `${V2}\\state\\state.json`, `${V2}\\state\\previous-state.json`],
    logs: [`${V2}\\log\\agent.log`, `${V2}\\log\\console.log`, `${V2}\\log\\error.log`],
    saysReadyAlways: true
  },
  EC2Launch: {
    version: '1.3.2005065',
    files: [
      `${V1}\\Scripts\\InitializeInstance.ps1`,
      `${V1}\\Scripts\\SysprepInstance.ps1`,
      `${V1}\\Scripts\\SendWindowsIsReady.ps1`,
      `${V1}\\Module\\Ec2Launch.psd1`,
      `${V1}\\Config\\LaunchConfig.json`
    ],
    answerFile: `${V1}\\Sysprep\\Unattend.xml`,
    state: [],
    logs: [`${V1}\\Log\\Ec2Launch.log`, `${V1}\\Log\\UserdataExecution.log`],
    saysReadyAlways: false
  },
  EC2Config: {
    version: '4.9.5777',
    files: [`${CONFIG}\\Ec2Config.exe`, `${CONFIG}\\Settings\\Config.xml`, `${CONFIG}\\Settings\\BundleConfig.xml`],
    answerFile: `${CONFIG}\\sysprep2008.xml`,
    state: [],
    logs: [`${CONFIG}\\Logs\\Ec2ConfigLog.txt`],
    saysReadyAlways: true
  }
}

/** What Sysprep leaves behind when it has generalized an installation. */
export const SYSPREP_TAG = 'C:\\Windows\\System32\\Sysprep\\Sysprep_succeeded.tag'
export const SYSPREP_LOGS = [
  'C:\\Windows\\System32\\Sysprep\\Panther\\setupact.log',
  'C:\\Windows\\System32\\Sysprep\\Panther\\setuperr.log'
]
