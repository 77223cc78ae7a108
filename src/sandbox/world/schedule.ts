import type { Clock } from './clock.ts'

type Act = () => void | Promise<void>
interface Due {
  readonly at: Date
  readonly act: Act
}

/** What will happen, in the order of the sandbox's clock. Nothing that waits here keeps the process alive. */
export class Schedule {
  readonly #clock: Clock
  readonly #waiting: Due[] = []
  readonly #running = new Set<Promise<void>>()
  #timer: NodeJS.Timeout | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Calls `act` once the clock is `ms` further; with 0 that is after the answer to the present request. */
  after(ms: number, act: Act): void {
    const at = new Date(this.#clock.now().getTime() + ms)
    const index = this.#waiting.findIndex(other => other.at > at)
    this.#waiting.splice(index < 0 ? this.#waiting.length : index, 0, { at, act })
    this.#arm()
  }

  /** Starts everything that is due. Acts that take their time (a guest's boot) go on in the background. */
  runDue(): void {
    for (let next = this.#waiting[0]; next && next.at <= this.#clock.now(); next = this.#waiting[0]) {
      this.#waiting.shift()
      this.#start(next.act)
    }
    this.#arm()
  }

  /** Runs what is due, and what that makes due, until nothing is left to wait for. */
  async settle(): Promise<void> {
    this.runDue()
    while (this.#running.size > 0) {
      await Promise.all(this.#running)
      this.runDue()
    }
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#waiting.length = 0
  }

  #start(act: Act): void {
    const running = perform(act).finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  #arm(): void {
    clearTimeout(this.#timer)
    const next = this.#waiting[0]
    if (!next) return
    this.#timer = setTimeout(() => this.runDue(), Math.min(this.#clock.msUntil(next.at), 2 ** 31 - 1))
    this.#timer.unref()
  }
}

/** A transition that fails is a fault of the sandbox itself: said, and no reason to take the server down. */
async function perform(act: Act): Promise<void> {
  try {
    await act()
  } catch (error) {
    process.stderr.write(`sandbox: a transition failed: ${error instanceof Error ? error.stack : error}\n`)
  }
}
