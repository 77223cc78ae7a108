import { ServiceError } from '../errors.ts'
import type { Pace } from '../world/pace.ts'
import type { Failure } from './failing.ts'
import { capacityError, commonError, isCommonFailure } from './fault-errors.ts'
import { FaultMatcher, type FaultSubject } from './fault-matcher.ts'
import type { FaultRule } from './fault-rules.ts'

/** Thrown where the connection is to be closed without an answer. */
export class DroppedAnswer extends Error {}

/** What becomes of a call that is performed nevertheless. */
export interface Fate {
  readonly pace?: Pace
  readonly staleSeconds?: number
  readonly failure?: Failure
  readonly interruptSeconds?: number
}

/** How long a call that times out is left open at the most; every client has given up by then. */
const MAX_TIMEOUT_MS = 15 * 60_000

/** Makes the sandbox misbehave on demand. */
export class Faults {
  #matchers: FaultMatcher[] = []
  #release: (() => void)[] = []

  add(rule: FaultRule): void {
    this.#matchers.push(new FaultMatcher(rule))
  }

  /** The rules in their order, each with how many calls it has met. */
  list(): (FaultRule & { hits: number })[] {
    return this.#matchers.map(({ rule, hits }) => ({ ...rule, hits }))
  }

  /** The longest time that a `stale` rule goes back; 0 where there is none. */
  get longestStaleSeconds(): number {
    return Math.max(0, ...this.#matchers.map(({ rule }) => (rule.action === 'stale' ? (rule.seconds ?? 0) : 0)))
  }

  /** Ends all rules and answers what was held. */
  clear(): void {
    this.#matchers = []
    for (const release of this.#release.splice(0)) release()
  }

  /**
   * Applies the rules that concern this call at this point: of those that end or withhold it, the first. Resolves when
   * the call may go on. `gone` says when the client has given up. Errors: the rule's own, DroppedAnswer.
   */
  async meet(subject: FaultSubject, when: 'before' | 'after', gone: AbortSignal): Promise<Fate> {
    let fate: Fate = {}
    for (const matcher of this.#matchers) {
      if (!matcher.meets(subject, when)) continue
      const change = fateOf(matcher.rule)
      if (!change) {
        await this.#act(matcher.rule, subject, gone)
        break
      }
      fate = { ...fate, ...change }
    }
    return fate
  }

  async #act(rule: FaultRule, subject: FaultSubject, gone: AbortSignal): Promise<void> {
    const { action, code = 'InternalError', message, status } = rule
    if (action === 'drop') throw new DroppedAnswer()
    if (action === 'timeout') return this.#leaveOpen(gone)
    if (action === 'capacity') throw capacityError(subject.input, message)
    if (isCommonFailure(action)) throw commonError(subject, action, message)
    if (action === 'hold') return new Promise<void>(resolve => this.#release.push(resolve))
    const sentence = message ?? `A fault of the sandbox for ${subject.operation}`
    throw new ServiceError(code, sentence, status ?? (code === 'InternalError' ? 500 : 400))
  }

  async #leaveOpen(gone: AbortSignal): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>(resolve => {
      this.#release.push(resolve)
      timer = setTimeout(resolve, MAX_TIMEOUT_MS).unref()
      gone.addEventListener('abort', () => resolve())
      if (gone.aborted) resolve()
    })
    clearTimeout(timer)
    throw new DroppedAnswer()
  }
}

/** What a rule changes of the call; undefined for one that ends or withholds it. */
function fateOf({ action, code = 'Server.InternalError', message, seconds = 0, factor = 1 }: FaultRule) {
  if (action === 'slow') return { pace: { factor, addMs: seconds * 1000 } }
  if (action === 'stale') return { staleSeconds: seconds }
  if (action === 'interrupt') return { interruptSeconds: seconds }
  if (action === 'deny-key') return { failure: 'denied key' as const }
  if (action === 'fail')
    return { failure: { Code: code, Message: message ?? `${code}: an internal error has occurred` } }
  return undefined
}
