import { parse } from 'yaml'
import type { LaunchAgentName } from './releases.ts'

/** A script of the user data. */
export interface UserScript {
  readonly language: 'powershell' | 'batch'
  readonly text: string
  readonly frequency: 'once' | 'always'
  /** Whether it runs beside the others, and its exit code counts for nothing. */
  readonly isDetached: boolean
}

/** User data as a launch agent understands it. */
export interface UserData {
  readonly scripts: readonly UserScript[]
  /** Whether the SSM agent starts only when the scripts have ended. */
  readonly isBeforeAgent: boolean
  /** Why something of it is not run. */
  readonly notRun: readonly string[]
}

/**
 * Sorts user data into what the launch agent runs.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
 */
export function readUserData(bytes: Uint8Array | undefined, agent: LaunchAgentName): UserData {
  const text = Buffer.from(bytes ?? []).toString('utf8')
  if (text.trim() === '') return { scripts: [], isBeforeAgent: false, notRun: [] }
  if (/<(?:powershell|script)>/.test(text)) return readTags(text)
  if (agent === 'EC2Launch v2' && /^[ \t{"']*version["']?\s*:/m.test(text)) return readTasks(text)
  return { scripts: [], isBeforeAgent: false, notRun: ['it has no <powershell>, <script> or tasks of EC2Launch v2'] }
}

/** Tags are case-sensitive, and the batch script runs first wherever it stands. */
function readTags(text: string): UserData {
  const frequency = /<persist>\s*true\s*<\/persist>/.test(text) ? 'always' : 'once'
  const isDetached = /<detach>\s*true\s*<\/detach>/.test(text)
  const read = (tag: string, language: UserScript['language']): UserScript[] => {
    const [, script] = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(text) ?? []
    return script === undefined ? [] : [{ language, text: script, frequency, isDetached }]
  }
  return {
    scripts: [...read('script', 'batch'), ...read('powershell', 'powershell')],
    isBeforeAgent: false,
    notRun: []
  }
}

interface TaskInput {
  readonly type?: unknown
  readonly content?: unknown
  readonly frequency?: unknown
  readonly detach?: unknown
}

/**
 * Of the tasks of EC2Launch v2 executeScript only.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2launch-v2-task-definitions.html
 */
function readTasks(text: string): UserData {
  try {
    const { version, tasks = [] } = parse(text) as { version?: unknown; tasks?: { task?: string; inputs?: unknown }[] }
    const others = tasks.filter(({ task }) => task !== 'executeScript')
    return {
      scripts: tasks.filter(task => !others.includes(task)).flatMap(({ inputs }) => readInputs(inputs)),
      isBeforeAgent: Number(version) >= 1.1,
      notRun: others.map(({ task }) => `the task ${task}`)
    }
  } catch (error) {
    return { scripts: [], isBeforeAgent: false, notRun: [error instanceof Error ? error.message : String(error)] }
  }
}

const readInputs = (inputs: unknown): UserScript[] =>
  (Array.isArray(inputs) ? (inputs as TaskInput[]) : []).map(({ type, content, frequency, detach }) => ({
    language: type === 'batch' ? 'batch' : 'powershell',
    text: String(content ?? ''),
    frequency: frequency === 'always' ? 'always' : 'once',
    isDetached: detach === true
  }))
