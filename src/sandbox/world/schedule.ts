import type { Clock } from './clock.ts'
import { atPace, presentPace } from './pace.ts'
import type { Transition, Waiting } from './transition.ts'

interface Due extends Waiting {
  act(): void | Promise<void>
}

/** Starts a transition: the world binds itself to it. */
type Bind = <Data extends object>(transition: Transition<Data>, data: Data) => void | Promise<void>

/** What will happen, in the order of the sandbox's clock. Nothing that waits here keeps the process alive. */
export class Schedule {
  readonly #clock: Clock
  readonly #bind: Bind
  readonly #waiting: Due[] = []
  readonly #running = new Map<Promise<void>, Due>()
  #timer: NodeJS.Timeout | undefined

  constructor(clock: Clock, bind: Bind) {
    this.#clock = clock
    this.#bind = bind
  }

  /** Starts a transition once the clock is `ms` further; with 0 that is after the answer to the present request. */
  after<Data extends object>(ms: number, transition: Transition<Data>, data: Data): void {
    this.#insert(this.#due(new Date(this.#clock.now().getTime() + ms), transition, data))
  }

  /** Starts a transition now. Resolves when it has happened; errors: its own. */
  now<Data extends object>(transition: Transition<Data>, data: Data): Promise<void> {
    return this.#start(this.#due(this.#clock.now(), transition, data))
  }

  /** Starts everything that is due. Acts that take their time (a guest's boot) go on in the background. */
  runDue(): void {
    for (let next = this.#waiting[0]; next && next.at <= this.#clock.now(); next = this.#waiting[0]) {
      this.#waiting.shift()
      void this.#start(next).catch(report)
    }
    this.#arm()
  }

  /** Runs what is due, and what that makes due, until nothing is left to wait for. */
  async settle(): Promise<void> {
    this.runDue()
    while (this.#running.size > 0) {
      await Promise.allSettled(this.#running.keys())
      this.runDue()
    }
  }

  /** What waits and what is under way, as plain data. */
  list(): Waiting[] {
    return [...this.#running.values(), ...this.#waiting].map(({ at, name, data, pace }) => ({
      at,
      name,
      data,
      ...(pace && { pace })
    }))
  }

  /** Takes up what an earlier process had listed. Errors: an Error for a transition that is not among the known ones. */
  restore(list: readonly Waiting[], known: readonly Transition<never>[]): void {
    for (const { at, name, data, pace } of list) {
      const transition = known.find(each => each.name === name)
      if (!transition) throw new Error(`a transition '${name}' that this version does not know`)
      this.#insert(this.#due(at, transition, data as never, pace))
    }
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#waiting.length = 0
  }

  #due<Data extends object>(at: Date, transition: Transition<Data>, data: Data, pace = presentPace()): Due {
    const act = () => atPace<void | Promise<void>>(pace, () => this.#bind(transition, data))
    return { at, name: transition.name, data, act, ...(pace && { pace }) }
  }

  #insert(due: Due): void {
    const index = this.#waiting.findLastIndex(other => other.at <= due.at)
    this.#waiting.splice(index + 1, 0, due)
    this.#arm()
  }

  #start(due: Due): Promise<void> {
    const running = perform(due).finally(() => this.#running.delete(running))
    this.#running.set(running, due)
    return running
  }

  #arm(): void {
    clearTimeout(this.#timer)
    const next = this.#waiting[0]
    if (!next) return
    this.#timer = setTimeout(() => this.runDue(), Math.min(this.#clock.msUntil(next.at), 2 ** 31 - 1))
    this.#timer.unref()
  }
}

async function perform(due: Due): Promise<void> {
  await due.act()
}

/** A transition that fails is a fault of the sandbox itself: said, and no reason to take the server down. */
function report(error: unknown): void {
  process.stderr.write(`sandbox: a transition failed: ${error instanceof Error ? error.stack : error}\n`)
}
