import { AsyncLocalStorage } from 'node:async_hooks'

/** How much longer than usual transitions take: so many times as long, and so much more. */
export interface Pace {
  readonly factor: number
  readonly addMs: number
}

const paces = new AsyncLocalStorage<Pace | undefined>()

/**
 * Acts at a pace of its own. What a request starts, and what that starts in turn, is slowed without every handler and
 * transition handing the pace on; the schedule keeps it with what waits.
 */
export const atPace = <T>(pace: Pace | undefined, act: () => T): T => paces.run(pace, act)

/** The pace at which the present request or transition acts; undefined for the usual one. */
export const presentPace = (): Pace | undefined => paces.getStore()

/** How long a wait takes at the present pace. */
export function pacedMs(ms: number): number {
  const { factor, addMs } = presentPace() ?? { factor: 1, addMs: 0 }
  return ms * factor + addMs
}
