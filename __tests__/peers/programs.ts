import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import type { Sandbox } from '../e2e/support/sandbox.ts'

export const run = promisify(execFile)

/** Whether a program of others is on this machine. */
export function has(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Whether the AWS CLI on this machine has a command: Debian 12's is of early 2023. */
export function knows(command: string): boolean {
  const { stderr } = spawnSync('aws', command.split(' '), { encoding: 'utf8' })
  return stderr !== undefined && !stderr.includes('Invalid choice')
}

/** What every AWS client needs to know to work against the sandbox, and nothing else of this machine. */
export const environment = (sandbox: Sandbox, account: string, region = 'us-east-1'): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  AWS_ENDPOINT_URL: sandbox.url,
  AWS_ACCESS_KEY_ID: account,
  AWS_SECRET_ACCESS_KEY: 'x',
  AWS_DEFAULT_REGION: region,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_PAGER: ''
})

/** The AWS CLI as this account. A command's words are separated by blanks; what may hold blanks comes after it. */
export class AwsCli {
  readonly #env: NodeJS.ProcessEnv
  readonly #endpoint: readonly string[]

  constructor(sandbox: Sandbox, account: string, region?: string) {
    this.#env = environment(sandbox, account, region)
    this.#endpoint = ['--endpoint-url', sandbox.url]
  }

  /** The answer as JSON. Errors: an Error with what the CLI said. */
  async json(command: string, ...more: string[]): Promise<unknown> {
    const output = await this.#run([...command.split(' '), ...more, '--output', 'json'])
    return output.trim() === '' ? undefined : JSON.parse(output)
  }

  /** The part of the answer that `--query` selects, as text. */
  async text(command: string, query: string, ...more: string[]): Promise<string> {
    return (await this.#run([...command.split(' '), ...more, '--query', query, '--output', 'text'])).trim()
  }

  /** The code of the error that the service answers, as the CLI shows it. */
  async refused(command: string, ...more: string[]): Promise<string> {
    try {
      await this.#run([...command.split(' '), ...more])
    } catch (error) {
      const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error)
      return /An error occurred \(([^)]+)\)/.exec(said)?.[1] ?? said
    }
    throw new Error(`${command} was not refused`)
  }

  async #run(args: readonly string[]): Promise<string> {
    return (await run('aws', [...args, ...this.#endpoint], { env: this.#env, maxBuffer: 64 * 1024 * 1024 })).stdout
  }
}
