/** The time of the sandbox: the machine's, plus what tests and demos have advanced it by. */
export class Clock {
  #aheadMs = 0

  now(): Date {
    return new Date(Date.now() + this.#aheadMs)
  }

  /** Milliseconds of real time until the clock shows `at`; 0 if it already does. */
  msUntil(at: Date): number {
    return Math.max(0, at.getTime() - this.now().getTime())
  }

  get aheadMs(): number {
    return this.#aheadMs
  }

  advance(ms: number): void {
    this.#aheadMs += ms
  }
}
