/**
 * EC2's time, as the `Date` of its latest answer tells it. A runner's own clock may be wrong, and nothing that expires
 * may depend on it.
 */
export class Ec2Clock {
  #aheadMs = 0

  /** Takes the `Date` header of an answer. */
  hear(date: string | undefined): void {
    const time = Date.parse(date ?? '')
    if (!Number.isNaN(time)) this.#aheadMs = time - Date.now()
  }

  now(): Date {
    return new Date(Date.now() + this.#aheadMs)
  }
}
