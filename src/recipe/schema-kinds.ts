import * as z from 'zod/mini'
import { DURATION_FORMAT, parseDuration } from '../image/duration.ts'
import type { Format } from '../image/ids.ts'

/** Text of a given format; `expected` completes the sentence "expected …". */
export const format = ({ pattern, expected }: Format) => z.string(expected).check(z.regex(pattern, expected))

/** Any text that is not empty. */
export const string = (expected: string) => z.string(expected).check(z.minLength(1, expected))

/** `true` or `false`; in YAML 1.2 `yes` and `no` are text. */
export const flag = () => z.boolean('true or false')

/** A duration as the inputs take it, too: a number and s, m, h or d, of at most ten years. */
export const duration = () =>
  z
    .string(DURATION_FORMAT)
    .check(z.regex(/^[0-9]+[smhd]$/, { error: DURATION_FORMAT, abort: true }))
    .check(z.refine(text => parseDuration(text) !== undefined, `${DURATION_FORMAT}, of at most ten years`))

/** A whole number, both ends included; `expected` completes the sentence "expected …". */
export const count = (from: number, to: number, expected = `a whole number from ${from} to ${to}`) =>
  z.int(expected).check(z.minimum(from, expected), z.maximum(to, expected))

/** A percentage, also a fraction of one, from 0 to 100. */
export const percent = () => {
  const expected = 'a percentage from 0 to 100'
  return z.number(expected).check(z.minimum(0, expected), z.maximum(100, expected))
}

/** Key to text. A number or a boolean is refused: YAML would have turned 1.10 into 1.1 already. */
export const stringMap = () => z.record(z.string(), z.string('text; put it in quotes'))
