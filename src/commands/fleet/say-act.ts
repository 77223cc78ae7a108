import type { Act } from './plan-instance.ts'

/** An act as it is asked for. */
export const TO_DO: Readonly<Record<Act, string>> = {
  note: 'tag as not approved',
  forget: 'untag, as it is approved now',
  stop: 'stop',
  terminate: 'terminate',
  replace: 'replace by its group'
}

/** An act that was done. */
export const DONE: Readonly<Record<Act, string>> = {
  note: 'tagged as not approved',
  forget: 'untagged, as it is approved now',
  stop: 'stopped',
  terminate: 'terminated',
  replace: 'being replaced by its group'
}

/** A count and what is counted, as in `1 instance` and `1,200 instances`. */
export const count = (number: number, noun: string): string =>
  `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`
