import { setTimeout as sleep } from 'node:timers/promises'
import { AmiError } from '../errors.ts'
import { formatDuration } from '../image/duration.ts'
import type { Log } from '../run.ts'

/** One look at what is awaited: done with a result, or not yet, how far along, and when to look again where that is known. */
export type Look<T> = { readonly done: T } | { readonly waiting: string; readonly pauseSeconds?: number }

export interface Wait<T> {
  /** What is awaited, as a reader of the log would say it: "image ami-… to become available". */
  readonly what: string
  readonly look: () => Promise<Look<T>>
  readonly timeoutSeconds: number
  /** The pause after the first look, in seconds; a moment where it is not given. */
  readonly firstPauseSeconds?: number
  /** The longest pause between two looks, in seconds. */
  readonly maxPauseSeconds: number
  readonly log: Log
  readonly signal: AbortSignal
}

const FIRST_PAUSE_SECONDS = 0.1
const GROWTH = 2
const REPORT_EVERY_MS = 30_000

/**
 * Looks until it is done: quickly at first, then at an even pace; says every change, and every 30 s that it still
 * waits. A look that throws ends the wait at once. Errors: TIMEOUT, naming what was awaited and its last state.
 */
export async function waitFor<T>(wait: Wait<T>): Promise<T> {
  const { what, look, timeoutSeconds, firstPauseSeconds = FIRST_PAUSE_SECONDS, maxPauseSeconds, log, signal } = wait
  const start = Date.now()
  const report = progressReporter(what, start, log)
  for (let seconds = firstPauseSeconds; ; seconds = Math.min(seconds * GROWTH, maxPauseSeconds)) {
    const seen = await look()
    if ('done' in seen) return seen.done
    const leftMs = start + timeoutSeconds * 1000 - Date.now()
    if (leftMs <= 0) {
      throw new AmiError('TIMEOUT', `Waited ${formatDuration(timeoutSeconds)} for ${what}; it is still ${seen.waiting}`)
    }
    report(seen.waiting)
    await pause(Math.min((seen.pauseSeconds ?? seconds) * 1000, leftMs), signal)
  }
}

/** Sleeps, or fails with the signal's reason as soon as it aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted())
}

function progressReporter(what: string, start: number, log: Log): (state: string) => void {
  let lastState = ''
  let lastTime = 0
  return state => {
    if (state === lastState && Date.now() - lastTime < REPORT_EVERY_MS) return
    const seconds = Math.round((Date.now() - start) / 1000)
    log.info(`Waiting for ${what}: ${state}${seconds > 0 ? `, ${formatDuration(seconds)} so far` : ''}`)
    lastState = state
    lastTime = Date.now()
  }
}
