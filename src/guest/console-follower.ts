import { GetConsoleOutputCommand } from '@aws-sdk/client-ec2'
import type { Clients } from '../aws/aws.ts'
import { serviceErrorName } from '../aws/failure.ts'
import { type ConsoleMark, readMarks } from './console-marks.ts'

/** Instance types older than Nitro have no live console; a bake goes on without it. */
const NO_CONSOLE = new Set(['UnsupportedOperation', 'InvalidParameterCombination'])

/**
 * Reads the marks of a bake from its builder's console, each once.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html
 */
export class ConsoleFollower {
  readonly #clients: Clients
  readonly #instanceId: string
  readonly #nonce: string
  #supported = true
  #seen: readonly ConsoleMark[] = []

  constructor(clients: Clients, instanceId: string, nonce: string) {
    this.#clients = clients
    this.#instanceId = instanceId
    this.#nonce = nonce
  }

  /** Every mark that the console holds by now. */
  get marks(): readonly ConsoleMark[] {
    return this.#seen
  }

  /** The marks that have come since the last look. EC2 keeps only the latest 64 KB: what scrolled by is lost. */
  async readNew(): Promise<ConsoleMark[]> {
    if (!this.#supported) return []
    const marks = readMarks(await this.#read(), this.#nonce)
    const fresh = marks.slice(overlap(this.#seen, marks))
    this.#seen = [...this.#seen, ...fresh]
    return fresh
  }

  async #read(): Promise<string> {
    try {
      const command = new GetConsoleOutputCommand({ InstanceId: this.#instanceId, Latest: true })
      const { Output: output = '' } = await this.#clients.ec2.send(command)
      return Buffer.from(output, 'base64').toString()
    } catch (error) {
      if (!NO_CONSOLE.has(serviceErrorName(error))) throw error
      this.#supported = false
      return ''
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
