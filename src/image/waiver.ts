/** A finding that does not count up to the end of a day. */
export interface Waiver {
  readonly id: string
  /** A date such as 2027-01-31. */
  readonly until: string
}

const DAY_MS = 86_400_000

/** Whether a finding is waived now: its title holds the id of a waiver in force. */
export const isWaived = (title: string, waivers: readonly Waiver[], now: Date): boolean =>
  waivers.some(({ id, until }) => now.getTime() < Date.parse(until) + DAY_MS && title.split(/[\s,:()]+/).includes(id))
