import { ServiceError } from '../errors.ts'
import type { Guest, Guests } from '../guests/guests.ts'
import { Clock } from './clock.ts'
import { type Wait, waitMs } from './latency.ts'
import type { Organization } from './organizations.ts'
import { pacedMs } from './pace.ts'
import type { SessionRecord } from './records.ts'
import { Region } from './region.ts'
import { isRegion } from './regions.ts'
import { Schedule } from './schedule.ts'
import type { Transition, Waiting } from './transition.ts'

/** Fills a region when it is first touched, and an account's part of it when that account first calls. */
export interface Seeder {
  region(region: Region, now: Date): void
  account(region: Region, account: string, now: Date): void
}

/** The world as plain data, as a state file keeps it: all but the processes of its guests. */
export interface WorldData {
  readonly aheadMs: number
  readonly sessions: ReadonlyMap<string, SessionRecord>
  readonly organizations: ReadonlyMap<string, Organization>
  readonly regions: readonly Region[]
  readonly waiting: readonly Waiting[]
}

/** Everything the sandbox knows. */
export class World {
  readonly clock = new Clock()
  readonly schedule = new Schedule(this.clock, (transition, data) => this.#perform(transition, data))
  readonly sessions = new Map<string, SessionRecord>()
  /** By ARN. Images can be shared with them. */
  readonly organizations = new Map<string, Organization>()
  /** The running guest of an instance, by instance id. */
  readonly running = new Map<string, Guest>()
  /** Ends the script of a command that runs on an instance, by `command id/instance id`. */
  readonly scripts = new Map<string, AbortController>()
  readonly guests: Guests
  /** Called after each change that no request has made. */
  onChange: () => void = () => {}
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
      this.onChange()
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

  /**
   * Lets a transition happen once its wait is over: a known one, or seconds on AWS; `--latency` scales both. Returns
   * when that will be.
   */
  after<Data extends object>(wait: Wait | number, transition: Transition<Data>, data: Data): Date {
    const ms = pacedMs(waitMs(wait, this.#latencyFactor))
    this.schedule.after(ms, transition, data)
    return new Date(this.clock.now().getTime() + ms)
  }

  toData(): WorldData {
    const { clock, sessions, organizations, schedule } = this
    const regions = [...this.#regions.values()]
    return { aheadMs: clock.aheadMs, sessions, organizations, regions, waiting: schedule.list() }
  }

  /** Takes up what an earlier process kept. Errors: an Error for a transition that this version does not know. */
  restore(
    { aheadMs, sessions, organizations, regions, waiting }: WorldData,
    known: readonly Transition<never>[]
  ): void {
    this.clock.advance(aheadMs - this.clock.aheadMs)
    for (const [key, session] of sessions) this.sessions.set(key, session)
    for (const [arn, organization] of organizations) this.organizations.set(arn, organization)
    for (const region of regions) this.#regions.set(region.name, new Region(region.name, region))
    this.schedule.restore(waiting, known)
  }

  /** Ends all guests and all that waits: the process is about to end. */
  async close(): Promise<void> {
    this.schedule.close()
    await this.schedule.settle()
    this.schedule.close()
    await Promise.all([...this.running.values()].map(guest => guest.kill()))
    this.running.clear()
    this.scripts.clear()
  }

  /** Forgets all resources and ends all guests, as if just started. */
  async reset(): Promise<void> {
    await this.close()
    this.#regions.clear()
    this.sessions.clear()
    this.organizations.clear()
    this.onChange()
  }

  async #perform<Data extends object>(transition: Transition<Data>, data: Data): Promise<void> {
    await transition.act(this, data)
    this.onChange()
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
