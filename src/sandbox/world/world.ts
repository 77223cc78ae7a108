import { ServiceError } from '../errors.ts'
import type { Guest, Guests } from '../guests/guests.ts'
import { Clock } from './clock.ts'
import { type Wait, waitMs } from './latency.ts'
import type { SessionRecord } from './records.ts'
import { Region } from './region.ts'
import { isRegion } from './regions.ts'
import { Schedule } from './schedule.ts'
import type { Transition } from './transition.ts'

/** Fills a region when it is first touched, and an account's part of it when that account first calls. */
export interface Seeder {
  region(region: Region, now: Date): void
  account(region: Region, account: string, now: Date): void
}

/** Everything the sandbox knows. */
export class World {
  readonly clock = new Clock()
  readonly schedule = new Schedule(this.clock, (transition, data) => this.#perform(transition, data))
  readonly sessions = new Map<string, SessionRecord>()
  /** The running guest of an instance, by instance id. */
  readonly running = new Map<string, Guest>()
  /** Ends the script of a command that runs on an instance, by `command id/instance id`. */
  readonly scripts = new Map<string, AbortController>()
  readonly guests: Guests
  readonly #latencyFactor: number
  readonly #seeder: Seeder
  readonly #regions = new Map<string, Region>()

  constructor(options: { guests: Guests; latencyFactor: number; seeder: Seeder }) {
    this.guests = options.guests
    this.#latencyFactor = options.latencyFactor
    this.#seeder = options.seeder
  }

  /** The region as this account sees it, made on first use. Errors: AuthFailure for a region that does not exist. */
  region(name: string, account: string): Region {
    const region = this.#regions.get(name) ?? this.#createRegion(name)
    if (!region.accounts.has(account)) {
      region.accounts.add(account)
      this.#seeder.account(region, account, this.clock.now())
    }
    return region
  }

  /** The regions that have been used so far. */
  regions(): Iterable<Region> {
    return this.#regions.values()
  }

  /** The region, if it has been used. */
  usedRegion(name: string): Region | undefined {
    return this.#regions.get(name)
  }

  /** Lets a transition happen once its wait is over, which is as long as `--latency` makes it. */
  after<Data extends object>(wait: Wait, transition: Transition<Data>, data: Data): void {
    this.schedule.after(waitMs(wait, this.#latencyFactor), transition, data)
  }

  /** Forgets all resources and ends all guests, as if just started. */
  async reset(): Promise<void> {
    this.schedule.close()
    await this.schedule.settle()
    this.schedule.close()
    await Promise.all([...this.running.values()].map(guest => guest.kill()))
    this.running.clear()
    this.scripts.clear()
    this.#regions.clear()
    this.sessions.clear()
  }

  async #perform<Data extends object>(transition: Transition<Data>, data: Data): Promise<void> {
    await transition.act(this, data)
  }

  #createRegion(name: string): Region {
    if (!isRegion(name)) {
      throw new ServiceError(
        'AuthFailure',
        `Credential should be scoped to a valid region, not '${name.slice(0, 40)}'`,
        401
      )
    }
    const region = new Region(name)
    this.#regions.set(name, region)
    this.#seeder.region(region, this.clock.now())
    return region
  }
}
