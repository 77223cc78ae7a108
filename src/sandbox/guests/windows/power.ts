import { randomUUID } from 'node:crypto'
import type { Transition } from '../../world/transition.ts'
import type { World } from '../../world/world.ts'

/** What a machine was doing when it went off. */
export class PoweredOff extends Error {
  constructor() {
    super('the machine was powered off')
  }
}

const sleepers = new Map<string, () => void>()
let turns: Promise<void> = Promise.resolve()

/**
 * Wakes who waits, one after the other: what the first of two does at the same time is done before the second goes on.
 * Whoever waited in an earlier process is gone: its machine boots again.
 */
export const goingOn: Transition<{ key: string }> = {
  name: 'a Windows guest goes on',
  act: (_, { key }) => {
    turns = turns.then(() => {
      sleepers.get(key)?.()
      return new Promise(resolve => void setImmediate(resolve))
    })
    return turns
  }
}

/** The power of a machine, which everything that it does depends on. */
export class Power {
  readonly #world: World
  readonly #keys = new Set<string>()
  #isOn = true

  constructor(world: World) {
    this.#world = world
  }

  get isOn(): boolean {
    return this.#isOn
  }

  /** Resolves when this many seconds have gone by on AWS, or the signal aborts. Errors: PoweredOff. */
  async wait(seconds: number, signal?: AbortSignal): Promise<void> {
    if (this.#isOn && !signal?.aborted) await this.#sleep(key => this.#world.after(seconds, goingOn, { key }), signal)
    if (!this.#isOn) throw new PoweredOff()
  }

  /** Resolves when the clock shows this time, however fast AWS is. Errors: PoweredOff. */
  async waitUntil(time: Date): Promise<void> {
    const { clock, schedule } = this.#world
    const ms = Math.max(0, time.getTime() - clock.now().getTime())
    if (this.#isOn) await this.#sleep(key => schedule.after(ms, goingOn, { key }))
    if (!this.#isOn) throw new PoweredOff()
  }

  async #sleep(setAlarm: (key: string) => void, signal?: AbortSignal): Promise<void> {
    const key = randomUUID()
    this.#keys.add(key)
    await new Promise<void>(resolve => {
      sleepers.set(key, resolve)
      signal?.addEventListener('abort', () => resolve(), { once: true })
      setAlarm(key)
    })
    sleepers.delete(key)
    this.#keys.delete(key)
  }

  /** Switches it off: what waits ends with PoweredOff. */
  off(): void {
    this.#isOn = false
    for (const key of this.#keys) sleepers.get(key)?.()
  }
}

/** Lets something go on while others go on, too. That the power goes off ends it without a word. */
export function inBackground(act: Promise<unknown>): void {
  act.catch((error: unknown) => {
    if (error instanceof PoweredOff) return
    process.stderr.write(`sandbox: a Windows guest failed: ${error instanceof Error ? error.stack : error}\n`)
  })
}
