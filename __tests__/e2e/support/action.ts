import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { NODE } from './node.ts'
import type { Sandbox } from './sandbox.ts'

export interface Ended {
  readonly code: number | null
  readonly log: string
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
}

export interface JobOptions {
  readonly account: string
  /** Files of the workspace, by path; `recipe.yml` is the recipe. */
  readonly files: Readonly<Record<string, string>>
  readonly inputs?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
}

/** A job on a runner: a workspace, and one step that runs the action's bundles as GitHub starts them. */
export class Job implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'job-'))
  readonly #env: NodeJS.ProcessEnv
  #child: ChildProcess | undefined
  /** What the running step has logged so far. */
  log = ''

  constructor(sandbox: Sandbox, { account, files, inputs = {}, env = {} }: JobOptions) {
    for (const [name, content] of Object.entries(files)) this.#write(join('workspace', name), content)
    const all = { command: 'bake', recipe: 'recipe.yml', 'aws-region': 'us-east-1', ...inputs }
    this.#env = {
      PATH: process.env.PATH,
      RUNNER_TEMP: this.#folder,
      GITHUB_WORKSPACE: join(this.#folder, 'workspace'),
      AWS_ENDPOINT_URL: sandbox.url,
      AWS_ACCESS_KEY_ID: account,
      AWS_SECRET_ACCESS_KEY: 'not-checked-by-the-sandbox',
      ...Object.fromEntries(Object.entries(all).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
      ...env
    }
  }

  /** Runs `dist/main/index.js` to its end. */
  async run(): Promise<Ended> {
    return this.start()
  }

  /** Starts `dist/main/index.js`; the promise settles at its end. */
  start(): Promise<Ended> {
    return this.#start('main', {})
  }

  /** Runs the post step with the state that main saved. */
  post(): Promise<Ended> {
    const state = parseCommands(readFileSync(join(this.#folder, 'GITHUB_STATE'), 'utf8'))
    return this.#start(
      'post',
      Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]))
    )
  }

  kill(signal: NodeJS.Signals): void {
    this.#child?.kill(signal)
  }

  /** The next attempt of the same job: state and outputs start empty. */
  [Symbol.dispose](): void {
    if (this.#child?.exitCode === null) this.#child.kill('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #start(bundle: string, state: NodeJS.ProcessEnv): Promise<Ended> {
    const files = ['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY', 'GITHUB_STATE'].map(name => [name, this.#write(name, '')])
    const env = { ...this.#env, ...Object.fromEntries(files), ...state }
    const child = spawn(NODE, [join(process.cwd(), `dist/${bundle}/index.js`)], {
      env,
      stdio: ['ignore', 'pipe', 'pipe']
    })
    this.#child = child
    this.log = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (this.log += chunk))
    const [code] = (await once(child, 'close')) as [number | null]
    const read = (name: string) => readFileSync(join(this.#folder, name), 'utf8')
    return { code, log: this.log, outputs: parseCommands(read('GITHUB_OUTPUT')), summary: read('GITHUB_STEP_SUMMARY') }
  }

  #write(name: string, content: string): string {
    const path = join(this.#folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    return path
  }
}

/** The runner's file commands: `NAME<<DELIMITER`, the value's lines, `DELIMITER`. */
function parseCommands(text: string): Record<string, string> {
  const matches = text.matchAll(/^(.+?)<<(.+)\n([\s\S]*?)\n\2$/gm)
  return Object.fromEntries([...matches].map(([, name, , value]) => [name, value]))
}
