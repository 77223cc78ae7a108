import type { Service } from '../wire/operations.ts'
import { compileWildcards } from '../world/wildcards.ts'
import { CONCERNED, type FaultRule } from './fault-rules.ts'
import type { Protocol } from './route.ts'
import { textsIn } from './texts.ts'

/** A call as rules look at it. */
export interface FaultSubject {
  readonly account: string
  readonly region: string
  readonly service: Service
  readonly operation: string
  readonly protocol: Protocol
  readonly input: object
}

/** A rule, and which calls it has yet to meet. */
export class FaultMatcher {
  readonly rule: FaultRule
  /** How many calls it has met. */
  hits = 0
  #passed = 0
  readonly #names: (text: string) => boolean
  readonly #random: () => number

  constructor(rule: FaultRule) {
    this.rule = rule
    this.#names = compileWildcards(rule.resource ?? '*')
    this.#random = rule.seed === undefined ? Math.random : randomFrom(rule.seed)
  }

  /** Whether the rule meets this call now; that it did is counted. */
  meets(subject: FaultSubject, when: 'before' | 'after'): boolean {
    const { skip = 0, count = Number.POSITIVE_INFINITY, probability = 1 } = this.rule
    if (this.hits >= count || !this.#concerns(subject, when)) return false
    if (this.#passed++ < skip || this.#random() >= probability) return false
    this.hits++
    return true
  }

  #concerns(subject: FaultSubject, when: 'before' | 'after'): boolean {
    const { rule } = this
    // What is only tried has no effect that could go wrong; rules count the calls that have one.
    if ('DryRun' in subject.input && subject.input.DryRun === true) return false
    if ((rule.when ?? 'before') !== when) return false
    if (!(CONCERNED[rule.action]?.test(subject.operation) ?? true)) return false
    const fits = (['account', 'region', 'service', 'operation'] as const).every(
      key => (rule[key] ?? subject[key]) === subject[key]
    )
    return fits && (rule.resource === undefined || [...textsIn(subject.input)].some(this.#names))
  }
}

/** Numbers from 0 to 1, the same for the same seed: mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
