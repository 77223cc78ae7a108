import { ServiceError } from '../errors.ts'

/** A rule of `POST /_sandbox/faults`: which calls it concerns, and what happens to them. */
export interface FaultRule {
  readonly account?: string
  readonly region?: string
  readonly service?: string
  readonly operation?: string
  /** How many calls it lets pass first. */
  readonly skip?: number
  /** How many calls it concerns before it is used up; without it, all. */
  readonly count?: number
  /** `error` answers with `code`; `drop` closes the connection; `hold` withholds the answer until released. */
  readonly action: 'error' | 'drop' | 'hold'
  /** Whether the call has had its effect by then. */
  readonly when?: 'before' | 'after'
  readonly code?: string
  readonly message?: string
  readonly status?: number
}

interface FaultSubject {
  readonly account: string
  readonly region: string
  readonly service: string
  readonly operation: string
}

/** Thrown where the connection is to be closed without an answer. */
export class DroppedAnswer extends Error {}

interface ActiveRule {
  readonly rule: FaultRule
  skip: number
  left: number
}

/** Makes the sandbox misbehave on demand. */
export class Faults {
  #active: ActiveRule[] = []
  #release: (() => void)[] = []

  add(rule: FaultRule): void {
    this.#active.push({ rule, skip: rule.skip ?? 0, left: rule.count ?? Number.POSITIVE_INFINITY })
  }

  /** Ends all rules and answers what was held. */
  clear(): void {
    this.#active = []
    for (const release of this.#release.splice(0)) release()
  }

  /** Applies the first rule that concerns this call at this point; returns when the call may go on. */
  async meet(subject: FaultSubject, when: 'before' | 'after'): Promise<void> {
    const active = this.#active.find(each => each.left > 0 && concerns(each.rule, subject, when))
    if (!active || active.skip-- > 0) return
    active.left--
    const {
      action,
      code = 'InternalError',
      message = `A fault of the sandbox for ${subject.operation}`,
      status
    } = active.rule
    if (action === 'drop') throw new DroppedAnswer()
    if (action === 'error') throw new ServiceError(code, message, status ?? (code === 'InternalError' ? 500 : 400))
    await new Promise<void>(resolve => this.#release.push(resolve))
  }
}

function concerns(rule: FaultRule, subject: FaultSubject, when: 'before' | 'after'): boolean {
  if ((rule.when ?? 'before') !== when) return false
  return (['account', 'region', 'service', 'operation'] as const).every(
    key => (rule[key] ?? subject[key]) === subject[key]
  )
}
