import { AmiError, throwProblems } from '../errors.ts'
import { DURATION_FORMAT, parseDuration } from '../image/duration.ts'
import type { Format } from '../image/ids.ts'
import { suggest } from '../image/nearest.ts'

/** Reads inputs by their names, and keeps what is wrong with them until all have been read. */
export class InputReader {
  readonly #read: (name: string) => string
  readonly #problems: AmiError[] = []

  constructor(read: (name: string) => string) {
    this.#read = read
  }

  /** Throws what was wrong, all at once. */
  finish(): void {
    throwProblems(this.#problems)
  }

  /** Notes a problem, as the end of a sentence about one input. */
  refuse(name: string, sentence: string): void {
    this.#problems.push(new AmiError('INPUT', `Input ${name}: ${sentence}`))
  }

  /** What was given, trimmed; empty where nothing was. */
  text(name: string): string {
    return this.#read(name).trim()
  }

  /** Text of a given format; undefined where nothing was given. */
  matching(name: string, { pattern, expected }: Format): string | undefined {
    const text = this.text(name)
    if (text === '') return undefined
    if (!pattern.test(text)) this.refuse(name, `expected ${expected}, found '${text}'`)
    return text
  }

  /** One of a few words. Without a default the input must be given. */
  oneOf<T extends string>(name: string, words: readonly [T, ...T[]], otherwise?: T): T {
    const text = this.text(name)
    if (text === '' && otherwise !== undefined) return otherwise
    const word = words.find(known => known === text)
    if (word !== undefined) return word
    const found = text === '' ? 'nothing' : `'${text}'${suggest(text, words)}`
    this.refuse(name, `expected ${words.slice(0, -1).join(', ')} or ${words.at(-1)}, found ${found}`)
    return words[0]
  }

  /** Strict: a misspelt `true` must not pass for `false`. */
  flag(name: string): boolean {
    return this.oneOf(name, ['true', 'false'], 'false') === 'true'
  }

  /** Seconds of a duration such as `90m`. */
  seconds(name: string, otherwise: number): number {
    const text = this.text(name)
    if (text === '') return otherwise
    const seconds = parseDuration(text)
    if (seconds === undefined) this.refuse(name, `expected ${DURATION_FORMAT}, found '${text}'`)
    return seconds ?? otherwise
  }

  integer(name: string, { from, to, otherwise }: { from: number; to: number; otherwise: number }): number {
    const text = this.text(name)
    if (text === '') return otherwise
    const value = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN
    if (value >= from && value <= to) return value
    this.refuse(name, `expected a whole number from ${from} to ${to}, found '${text}'`)
    return otherwise
  }

  /** A list, by newlines or commas; each item once. */
  list(name: string, { pattern, expected }: Format): readonly string[] {
    const items = this.text(name)
      .split(/[\n,]/)
      .map(item => item.trim())
      .filter(item => item !== '')
    const bad = items.find(item => !pattern.test(item))
    if (bad !== undefined) this.refuse(name, `expected ${expected} in each item, found '${bad}'`)
    return [...new Set(items)]
  }
}
