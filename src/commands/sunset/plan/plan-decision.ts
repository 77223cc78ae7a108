import type { Context } from './plan-context.ts'
import { HOLDS } from './plan-holds.ts'
import { type Journal, planJournal, type Step } from './plan-journal.ts'
import { expiresAt, hasFailed, isTest, later, type Stage } from './plan-life.ts'
import type { Reason } from './plan-reason.ts'
import type { Subject } from './plan-subjects.ts'
import { needsReport } from './plan-usage.ts'

/** What becomes of an image in this run. */
export interface Decision {
  readonly subject: Subject
  readonly action: Step | 'keep'
  /** Why it is kept, all of it; or why it goes. */
  readonly reasons: readonly Reason[]
  /** When its next stage may come at the earliest, as far as time alone decides. */
  readonly dueAt?: Date
  /** Tags that put the journal right: values, and keys to be removed. */
  readonly journal: Journal
  /** Its protection is to be taken off, so that the cooldown is over in time. */
  readonly unprotect: boolean
  /** EC2 is to report who uses it in other accounts. */
  readonly requestReport: boolean
}

const NEXT: Readonly<Record<Stage, Step | undefined>> = {
  current: 'deprecate',
  deprecated: 'disable',
  disabled: 'deregister',
  other: undefined
}

/** Decides about one image, whatever is decided about others. */
export function decide(subject: Subject, context: Context): Decision {
  const { image, stage } = subject
  const journal = planJournal(subject, context.now, context.policy)
  const step = NEXT[stage]
  const dueAt = findDueDate(subject, context)
  const base = { subject, journal, unprotect: false, requestReport: false, ...(dueAt && { dueAt }) }
  if (!step) return { ...base, action: 'keep', reasons: [{ code: 'state', text: `EC2 has it as ${image.state}` }] }
  const holds = findHolds(step, subject, context)
  if (holds.length > 0) return { ...base, ...prepare(subject, context, holds), action: 'keep', reasons: holds }
  const unprotect = step === 'disable' && isOnCooldown(subject)
  return { ...base, action: step, unprotect, reasons: [{ code: 'due', text: sayWhy(subject, step, context) }] }
}

/** That it was not looked at closely counts where nothing else keeps it. */
function findHolds(step: Step, subject: Subject, context: Context): Reason[] {
  const holds = HOLDS[step].flatMap(hold => hold(subject, context) ?? [])
  const known = holds.filter(({ code }) => code !== 'unexamined')
  return known.length > 0 ? known : holds
}

/** What can be done already about that which alone still keeps it. */
function prepare(subject: Subject, { now }: Context, holds: readonly Reason[]): Partial<Decision> {
  const [only, ...others] = holds
  if (others.length > 0) return {}
  return {
    unprotect: only?.code === 'protected' && subject.stage === 'disabled' && isOnCooldown(subject),
    requestReport: only?.code === 'used-elsewhere' && needsReport(subject, now)
  }
}

const isOnCooldown = ({ image }: Subject): boolean => image.protection === 'enabled-with-cooldown'

function findDueDate({ stage, since, image }: Subject, { policy, now }: Context): Date | undefined {
  if (stage === 'current') return expiresAt(image, policy)
  if (stage === 'deprecated') return later(since ?? now, policy.disableAfterSeconds)
  return stage === 'disabled' ? later(since ?? now, policy.deregisterAfterSeconds) : undefined
}

function sayWhy({ image, worth, since }: Subject, step: Step, { policy }: Context): string {
  const from = since?.toISOString().slice(0, 10)
  if (step === 'disable') return `deprecated since ${from}, and nothing uses it`
  if (step === 'deregister') return `disabled since ${from}, and nobody missed it`
  if (worth === 'rejected' && hasFailed(image)) return 'it failed its verification, and nobody else has seen it'
  const expired = `it expired on ${expiresAt(image, policy)?.toISOString().slice(0, 10)}`
  return worth === 'rejected' && isTest(image)
    ? `${expired}, and was a test`
    : `${expired}, and a newer one is published`
}
