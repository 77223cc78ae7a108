export const DAY_MS = 86_400_000

/** Milliseconds; negative before its time. NaN of what has no time: no comparison with it holds. */
export const age = (time: Date | string | undefined, now: Date): number =>
  now.getTime() - new Date(time ?? Number.NaN).getTime()

/** Whether something is at most so many days old, as everything is where no number is asked for. */
export const isWithin = (days: number | undefined, time: Date | string | undefined, now: Date): boolean =>
  days === undefined || age(time, now) <= days * DAY_MS
