import { pause } from '../../../aws/poller.ts'

/**
 * EC2 lets an account make fifty changes at once, and five a second after that; others need some of them, too.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
 */
const AT_ONCE = 20
const SECONDS_EACH = 0.5

/** Spreads changes out so that EC2 never has to refuse one. */
export class Pacer {
  readonly #signal: AbortSignal
  #left = AT_ONCE

  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  /** Settles when the next image may be changed. */
  async turn(): Promise<void> {
    this.#signal.throwIfAborted()
    if (this.#left-- <= 0) await pause(SECONDS_EACH * 1000, this.#signal)
  }
}

/** How long so many changes take, in seconds. */
export const expectedSeconds = (count: number): number => Math.max(0, count - AT_ONCE) * SECONDS_EACH
