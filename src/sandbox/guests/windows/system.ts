import { randomBytes, randomInt } from 'node:crypto'
import { LAUNCH_AGENTS, type LaunchAgent, SYSPREP_TAG } from './launch-agents.ts'
import { type LaunchAgentName, RELEASES, type Release, type ReleaseFacts, releaseIn } from './releases.ts'

/**
 * What Setup\State in the registry says: ready for use, being set up or broken, sealed.
 *
 * @see https://learn.microsoft.com/en-us/windows-hardware/manufacture/desktop/windows-setup-states
 */
export type ImageState = 'IMAGE_STATE_COMPLETE' | 'IMAGE_STATE_UNDEPLOYABLE' | 'IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE'

/**
 * An installation of Windows: what of it the sandbox keeps, in the record of the volume or snapshot that it is on. So it
 * goes wherever the volume's content goes. That of a snapshot never changes.
 */
export interface WindowsSystem {
  readonly release: Release
  readonly agent: LaunchAgentName
  /** The machine's SID: accounts have it with a number of their own. */
  sid: string
  computerName: string
  imageState: ImageState
  /** Whether the launch agent does at the next boot what it does once: administrator's password, user data. */
  isScheduled: boolean
  /** Whether the launch agent was told to say at every boot that Windows is ready. */
  saysReady: boolean
  /** How often it has been generalized. */
  sysprepRuns: number
  /** How often in a row user data has begun, and not come to its end: it may restart the machine. */
  userDataTries: number
  /** Tasks that shut it down, each once, by name. */
  readonly tasks: Map<string, Date>
  /** Content by path in lower case, without the files of Windows itself. */
  readonly files: Map<string, string>
}

const EMPTY = ''

const bases = new Map<string, WindowsSystem>()

/** Windows as AWS publishes it in an image of this name: sealed. What is the same is there only once. */
export function baseSystem(imageName: string): WindowsSystem {
  const release = releaseIn(imageName)
  const agent = imageName.startsWith('EC2LaunchV2-') ? 'EC2Launch v2' : RELEASES[release].agent
  const made = bases.get(`${release} ${agent}`) ?? makeBase(release, agent)
  bases.set(`${release} ${agent}`, made)
  return made
}

function makeBase(release: Release, agent: LaunchAgentName): WindowsSystem {
  const { files, answerFile } = LAUNCH_AGENTS[agent]
  return {
    release,
    agent,
    sid: 'S-1-5-21-0-0-0',
    computerName: 'AMAZON',
    imageState: 'IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE',
    isScheduled: true,
    saysReady: false,
    sysprepRuns: 1,
    userDataTries: 0,
    tasks: new Map(),
    files: new Map([...files, answerFile, SYSPREP_TAG].map(path => [path.toLowerCase(), EMPTY]))
  }
}

export const releaseOf = ({ release }: WindowsSystem): ReleaseFacts => RELEASES[release]
export const agentOf = (system: WindowsSystem): LaunchAgent => LAUNCH_AGENTS[system.agent]
export const isSealed = ({ imageState }: WindowsSystem): boolean =>
  imageState === 'IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE'

/** What setup gives an installation in its specialize phase. */
export function makeIdentity(system: WindowsSystem): void {
  const part = () => randomInt(1, 2 ** 32 - 1)
  system.sid = `S-1-5-21-${part()}-${part()}-${part()}`
  const { namePrefix } = releaseOf(system)
  system.computerName = (namePrefix + randomBytes(8).toString('hex').toUpperCase()).slice(0, 15)
}

export function writeFiles({ files }: WindowsSystem, paths: readonly string[], content = EMPTY): void {
  for (const path of paths) files.set(path.toLowerCase(), content)
}

export function deleteFiles({ files }: WindowsSystem, paths: readonly string[]): void {
  for (const path of paths) files.delete(path.toLowerCase())
}
