/** The program that sets an instance up at its first boot, and that prepares its image with Sysprep. */
export type LaunchAgentName = 'EC2Launch v2' | 'EC2Launch' | 'EC2Config'

export type Release = '2012-r2' | '2016' | '2019' | '2022' | '2025'

export interface ReleaseFacts {
  /** As Win32_OperatingSystem has it, and with it the SSM agent. */
  readonly caption: string
  readonly version: string
  readonly agent: LaunchAgentName
  /** What the computer names begin with that setup makes up. */
  readonly namePrefix: string
}

const server = (year: string): string => `Microsoft Windows Server ${year} Datacenter`

/**
 * What AWS publishes of Windows Server, and the launch agent of each.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configure-launch-agents.html
 * @see https://learn.microsoft.com/en-us/windows-server/get-started/windows-server-release-info (builds)
 */
export const RELEASES: Readonly<Record<Release, ReleaseFacts>> = {
  '2012-r2': {
    caption: 'Microsoft Windows Server 2012 R2 Standard',
    version: '6.3.9600',
    agent: 'EC2Config',
    namePrefix: 'WIN-'
  },
  '2016': { caption: server('2016'), version: '10.0.14393', agent: 'EC2Launch', namePrefix: 'EC2AMAZ-' },
  '2019': { caption: server('2019'), version: '10.0.17763', agent: 'EC2Launch', namePrefix: 'EC2AMAZ-' },
  '2022': { caption: server('2022'), version: '10.0.20348', agent: 'EC2Launch v2', namePrefix: 'EC2AMAZ-' },
  '2025': { caption: server('2025'), version: '10.0.26100', agent: 'EC2Launch v2', namePrefix: 'EC2AMAZ-' }
}

/** The release that an image's name tells of, `Windows_Server-2022-English-Full-Base-…`. */
export function releaseIn(name: string): Release {
  const releases = Object.keys(RELEASES) as Release[]
  return releases.find(release => name.toLowerCase().includes(`windows_server-${release}`)) ?? '2022'
}
