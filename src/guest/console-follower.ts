import { GetConsoleOutputCommand } from '@aws-sdk/client-ec2'
import type { Clients } from '../aws/aws.ts'
import type { Log } from '../run.ts'
import { type ConsoleMark, readMarks } from './console-marks.ts'

/** A console of EC2 is no faster, and each look is a call. */
const FIRST_LIVE_MS = 3_000
const LIVE_EVERY_MS = 15_000

/**
 * Reads the marks of a bake from its builder's console, each once. EC2 keeps only the latest 64 KB: what has scrolled
 * by is lost.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html
 */
export class ConsoleFollower {
  readonly #clients: Clients
  readonly #instanceId: string
  readonly #nonce: string
  #nextLive = Date.now() + FIRST_LIVE_MS
  #seen: readonly ConsoleMark[] = []

  constructor(clients: Clients, instanceId: string, nonce: string) {
    this.#clients = clients
    this.#instanceId = instanceId
    this.#nonce = nonce
  }

  /** Every mark that the console has held. */
  get marks(): readonly ConsoleMark[] {
    return this.#seen
  }

  /** The marks that have come since the last look. Errors: EC2, where the instance type has no live console. */
  async readNew(): Promise<ConsoleMark[]> {
    const command = new GetConsoleOutputCommand({ InstanceId: this.#instanceId, Latest: true })
    const { Output: output = '' } = await this.#clients.ec2.send(command)
    const marks = readMarks(Buffer.from(output, 'base64').toString(), this.#nonce)
    const fresh = marks.slice(overlap(this.#seen, marks))
    this.#seen = [...this.#seen, ...fresh]
    return fresh
  }

  /** As `readNew`, but every few seconds only, and a courtesy: where it fails the bake goes on without live output. */
  async readLive(log: Log, signal: AbortSignal): Promise<ConsoleMark[]> {
    if (Date.now() < this.#nextLive) return []
    this.#nextLive = Date.now() + LIVE_EVERY_MS
    try {
      return await this.readNew()
    } catch (error) {
      signal.throwIfAborted()
      this.#nextLive = Number.POSITIVE_INFINITY
      log.warning(`There is no live output: ${error instanceof Error ? error.message : error}`)
      return []
    }
  }
}

/** How many of `now` were seen before: the longest beginning of `now` that is also the end of `before`. */
function overlap(before: readonly ConsoleMark[], now: readonly ConsoleMark[]): number {
  const keys = before.map(mark => JSON.stringify(mark))
  for (let length = Math.min(before.length, now.length); length > 0; length--) {
    const end = keys.slice(-length)
    if (end.every((key, i) => key === JSON.stringify(now[i]))) return length
  }
  return 0
}
