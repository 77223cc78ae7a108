/** Numbers that are the same for the same seed (mulberry32), and what is chosen with them. */
export class Random {
  #state

  constructor(seed) {
    this.#state = seed >>> 0
  }

  /** From 0 to 1, without 1. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number from `min` to `max`, both included. */
  whole(min, max) {
    return min + Math.floor(this.next() * (max - min + 1))
  }

  pick(list) {
    return list[this.whole(0, list.length - 1)]
  }

  isHit(probability) {
    return this.next() < probability
  }
}
