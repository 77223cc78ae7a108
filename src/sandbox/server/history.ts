import { copyPlain } from '../world/copy.ts'
import { Region } from '../world/region.ts'
import type { World } from '../world/world.ts'

interface Copy {
  readonly at: Date
  readonly region: Region
}

/** About how many copies of a region there are at the most: they are as large as the region itself. */
const MAX_COPIES = 50

/**
 * Regions as they were, for reads that are to be answered late: on EC2 a change is not seen at once everywhere.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
 */
export class History {
  readonly #world: World
  readonly #copies = new Map<string, Copy[]>()
  #windowMs = 0

  constructor(world: World) {
    this.#world = world
    const { onChange } = world
    world.onChange = () => {
      onChange()
      this.note()
    }
  }

  /** From now on the past can be read up to so many seconds back; 0 forgets it. */
  keep(seconds: number): void {
    this.#windowMs = seconds * 1000
    if (seconds === 0) this.#copies.clear()
    this.note()
  }

  /** Takes the regions down as they are after a change. */
  note(): void {
    if (this.#windowMs === 0) return
    for (const region of this.#world.regions()) this.#noteRegion(region)
  }

  /**
   * A region as it was so many seconds ago, or as far back as is known; undefined where nothing is. What an account has
   * from the beginning was always there.
   */
  regionAt(name: string, secondsAgo: number, account: string): Region | undefined {
    const then = this.#world.clock.now().getTime() - secondsAgo * 1000
    const copies = (this.#copies.get(name) ?? []).filter(({ region }) => region.accounts.has(account))
    return (copies.findLast(({ at }) => at.getTime() <= then) ?? copies[0])?.region
  }

  /** Whether the last copy came so soon after the one before it that it is given up for the next. */
  #isCrowded(copies: readonly Copy[]): boolean {
    const [before, last] = copies.slice(-2)
    return !!before && !!last && last.at.getTime() - before.at.getTime() < this.#windowMs / MAX_COPIES
  }

  #noteRegion(region: Region): void {
    const now = this.#world.clock.now()
    const copies = this.#copies.get(region.name) ?? []
    if (this.#isCrowded(copies)) copies.pop()
    copies.push({ at: now, region: new Region(region.name, copyPlain(region)) })
    // The newest copy that is older than the window is what its beginning looked like.
    const first = copies.findLastIndex(({ at }) => at.getTime() <= now.getTime() - this.#windowMs)
    this.#copies.set(region.name, copies.slice(Math.max(0, first)))
  }
}
