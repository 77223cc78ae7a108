import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import { EC2Client } from '@aws-sdk/client-ec2'
import { KMSClient } from '@aws-sdk/client-kms'
import { SSMClient } from '@aws-sdk/client-ssm'
import { NODE } from './node.ts'

/** A call as the sandbox's request log shows it. */
export interface LoggedCall {
  readonly seq: number
  readonly time: string
  readonly account: string
  readonly region: string
  readonly service: string
  readonly operation: string
  readonly outcome: string
}

/** `dist/sandbox/index.js` as a child process; leaving its scope ends it. */
export class Sandbox implements AsyncDisposable {
  readonly url: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, url: string) {
    this.#child = child
    this.url = url
  }

  static async start(...flags: string[]): Promise<Sandbox> {
    const child = spawn(NODE, ['dist/sandbox/index.js', ...flags], { stdio: ['ignore', 'pipe', 'inherit'] })
    const lines = createInterface({ input: child.stdout })
    const [line] = (await Promise.race([
      once(lines, 'line'),
      once(child, 'exit').then(() => ['the sandbox ended'])
    ])) as [string]
    const url = /^AWS_ENDPOINT_URL=(http.*)$/.exec(line)?.[1]
    if (!url) throw new Error(`Expected the sandbox's endpoint, found: ${line}`)
    return new Sandbox(child, url)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** The calls that an account has made so far. */
  async calls(account: string, after = 0): Promise<LoggedCall[]> {
    const answer = await fetch(`${this.url}/_sandbox/requests?after=${after}`)
    return ((await answer.json()) as LoggedCall[]).filter(call => call.account === account)
  }

  /** The calls to an operation that were meant: not those with DryRun. */
  async meant(account: string, operation: string): Promise<LoggedCall[]> {
    return (await this.calls(account)).filter(isMeant(operation))
  }

  /** Settles when an account has made its nth call to this operation, those with DryRun aside. */
  async called(account: string, operation: string, nth = 1, deadlineMs = 20_000): Promise<LoggedCall> {
    for (const end = Date.now() + deadlineMs; Date.now() < end; await new Promise(resolve => setTimeout(resolve, 10))) {
      const calls = (await this.calls(account)).filter(isMeant(operation))
      const call = calls[nth - 1]
      if (call) return call
    }
    throw new Error(`${operation} was not called within ${deadlineMs} ms`)
  }

  async post(path: string, body: object): Promise<void> {
    const answer = await fetch(`${this.url}/_sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(await answer.text())
  }

  /** Ends all faults and answers what was held. */
  async release(): Promise<void> {
    await fetch(`${this.url}/_sandbox/faults`, { method: 'DELETE' })
  }

  ec2(account: string, region = 'us-east-1'): EC2Client {
    return new EC2Client(this.#options(account, region))
  }

  kms(account: string, region = 'us-east-1'): KMSClient {
    return new KMSClient(this.#options(account, region))
  }

  ssm(account: string, region = 'us-east-1'): SSMClient {
    return new SSMClient(this.#options(account, region))
  }

  autoscaling(account: string, region = 'us-east-1'): AutoScalingClient {
    return new AutoScalingClient(this.#options(account, region))
  }

  /** Denies an account's own user some actions, while `work` lasts. */
  async denying<T>(account: string, action: string, work: () => Promise<T>): Promise<T> {
    const Statement = [
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: action, Resource: '*' }
    ]
    const principal = `arn:aws:iam::${account}:user/sandbox`
    await this.post('policies', [{ principal, document: { Version: '2012-10-17', Statement } }])
    try {
      return await work()
    } finally {
      await fetch(`${this.url}/_sandbox/policies`, { method: 'DELETE' })
    }
  }

  /** Ends it as a power failure would. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await once(this.#child, 'exit')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.#child.kill('SIGTERM')
    await once(this.#child, 'exit')
  }

  #options(account: string, region = 'us-east-1') {
    return { region, endpoint: this.url, credentials: { accessKeyId: account, secretAccessKey: 'x' } }
  }
}

const isMeant =
  (operation: string) =>
  (call: LoggedCall): boolean =>
    call.operation === operation && call.outcome !== 'DryRunOperation'

/** An account of a test's own, so that tests share a sandbox without seeing each other. */
export const newAccount = (): string => String(Math.floor(Math.random() * 9e11) + 1e11)
