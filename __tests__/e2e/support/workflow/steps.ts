import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parse } from 'yaml'
import { NODE } from '../node.ts'

/** A step with all of its expressions evaluated. */
export interface ReadyStep {
  readonly uses?: string
  readonly run?: string
  readonly with: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
}

/** Where the steps of a job work. */
export interface Place {
  readonly workspace: string
  readonly temp: string
  readonly artifacts: string
}

export interface StepEnd {
  readonly ok: boolean
  readonly log: string
  readonly outputs: Readonly<Record<string, string>>
  /** What the step adds to the environment of the later ones. */
  readonly env: Readonly<Record<string, string>>
  /** Runs the step's post part; undefined where it has none. */
  readonly post?: () => Promise<StepEnd>
}

interface Action {
  readonly inputs?: Readonly<Record<string, { readonly default?: string }>>
  readonly runs: { readonly main: string; readonly post?: string }
}

/** Programs that a runner has in another version. */
const BIN = join(import.meta.dirname, 'bin')
const FILES = ['GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY']
/** As bin/gh tells of it. */
const FORKS_RUN = '2'
const DONE: StepEnd = { ok: true, log: '', outputs: {}, env: {} }

/** Runs a step as GitHub does: a script with bash, one of our actions from this folder; others' are played. */
export function runStep(step: ReadyStep, place: Place, env: NodeJS.ProcessEnv): Promise<StepEnd> {
  const { uses = '', run } = step
  if (run !== undefined) return runScript(run, place, { ...env, ...step.env })
  if (uses.startsWith('org/ami-action')) return runAction(step, place, { ...env, ...step.env })
  return Promise.resolve(play(step, place))
}

function play({ uses = '', with: inputs }: ReadyStep, { artifacts }: Place): StepEnd {
  const { name = '', path = '', pattern = '' } = inputs
  if (uses.startsWith('actions/upload-artifact@')) cpSync(path, join(artifacts, name, basename(path)))
  else if (uses.startsWith('actions/download-artifact@') && name) {
    if (inputs['run-id'] === FORKS_RUN) throw new Error('Expected an artifact of this repository, found one of a fork')
    cpSync(join(artifacts, name), path, { recursive: true })
  } else if (uses.startsWith('actions/download-artifact@')) {
    const wanted = readdirSync(artifacts).filter(each => each.startsWith(pattern.replace('*', '')))
    for (const each of wanted) cpSync(join(artifacts, each), path, { recursive: true })
  } else if (!uses.startsWith('actions/checkout@')) throw new Error(`Nobody plays ${uses}`)
  return DONE
}

function runScript(script: string, place: Place, env: NodeJS.ProcessEnv): Promise<StepEnd> {
  const file = join(place.temp, 'script.sh')
  writeFileSync(file, script)
  return start('bash', ['--noprofile', '--norc', '-eo', 'pipefail', file], place, env)
}

async function runAction(step: ReadyStep, place: Place, env: NodeJS.ProcessEnv): Promise<StepEnd> {
  const folder = /^org\/ami-action\/?(.*)@v1$/.exec(step.uses ?? '')?.[1] || '.'
  const { inputs = {}, runs } = parse(readFileSync(join(folder, 'action.yml'), 'utf8')) as Action
  const defaults = Object.entries(inputs).map(([name, input]) => [name, input.default ?? ''])
  const given: Record<string, string> = { ...Object.fromEntries(defaults), ...step.with }
  const inputEnv = Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
  const all = { ...env, ...Object.fromEntries(inputEnv) }
  const startEntry = (entry: string, state: NodeJS.ProcessEnv) =>
    start(NODE, [join(process.cwd(), folder, entry)], place, { ...all, ...state })
  const ended = await startEntry(runs.main, {})
  const { post } = runs
  if (!post) return ended
  const state = Object.entries(ended.state).map(([name, value]) => [`STATE_${name}`, value])
  return { ...ended, post: () => startEntry(post, Object.fromEntries(state)) }
}

async function start(program: string, args: string[], { workspace, temp }: Place, env: NodeJS.ProcessEnv) {
  const files = Object.fromEntries(FILES.map(name => [name, join(temp, name)]))
  for (const file of Object.values(files)) writeFileSync(file, '')
  const runner = {
    PATH: `${BIN}:${process.env.PATH}`,
    HOME: temp,
    RUNNER_TEMP: temp,
    GITHUB_REPOSITORY: 'org/images',
    GITHUB_WORKSPACE: workspace
  }
  const all = { ...runner, ...env, ...files }
  const child = spawn(program, args, { cwd: workspace, env: all, stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (log += chunk))
  const [code] = await once(child, 'close')
  const read = (name: string) => parseFile(readFileSync(join(temp, name), 'utf8'))
  return { ok: code === 0, log, outputs: read('GITHUB_OUTPUT'), env: read('GITHUB_ENV'), state: read('GITHUB_STATE') }
}

/** The runner's file commands: `NAME=VALUE`, or `NAME<<DELIMITER`, the value's lines, `DELIMITER`. */
function parseFile(text: string): Record<string, string> {
  const matches = text.matchAll(/^([\w-]+)(?:=(.*)|<<(.+)\n([\s\S]*?)\n?\3)$/gm)
  return Object.fromEntries([...matches].map(([, name, line, , lines]) => [name, line ?? lines ?? '']))
}

/** Makes a job's folders. */
export function makePlace(folder: string, workspace: string): Place {
  const place = {
    workspace,
    temp: join(folder, `temp-${Math.random().toString(36).slice(2)}`),
    artifacts: join(folder, 'artifacts')
  }
  for (const each of [place.temp, place.artifacts]) if (!existsSync(each)) mkdirSync(each, { recursive: true })
  return place
}
