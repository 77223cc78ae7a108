import type { SunsetFacts } from '../facts.ts'
import type { Policy } from '../policy.ts'
import { type Context, toContext } from './plan-context.ts'
import { type Decision, decide } from './plan-decision.ts'
import { groupSubjects } from './plan-groups.ts'
import type { Line } from './plan-heads.ts'
import type { Step } from './plan-journal.ts'
import { type Leftovers, planLeftovers } from './plan-leftovers.ts'
import type { ReasonCode } from './plan-reason.ts'
import { checkShare, limitOf, type Stop } from './plan-stops.ts'
import { compareAge, type Subject, toSubjects } from './plan-subjects.ts'

/** What becomes of a family. */
export interface SunsetPlan {
  /** Of every image that is ours, newest first. */
  readonly decisions: readonly Decision[]
  readonly lines: readonly Line[]
  /** Where nothing is taken away, and why: each is an error of the run. */
  readonly stops: readonly Stop[]
  readonly leftovers: readonly Leftovers[]
}

/** Decides about every image of the family; pure, and the same in whatever order the facts come. */
export function planSunset(facts: SunsetFacts, policy: Policy): SunsetPlan {
  const subjects = toSubjects(facts, policy)
  const context = toContext(facts, policy, subjects)
  const wished = subjects.map(subject => decide(subject, context))
  const implausible = checkShares(wished, context)
  const stops = [...context.stops, ...implausible]
  const believed = wished.map(decision => (isStopped(decision, implausible) ? keep(decision, STOPPED) : decision))
  return {
    decisions: limit(believed, policy),
    lines: [...context.lines.values()],
    stops,
    leftovers: facts.places.map(place => planLeftovers(place, facts, policy, stops))
  }
}

/** The images that need a closer look before they can go on; those that are due first come first. */
export const findUnexamined = ({ decisions }: SunsetPlan): Subject[] =>
  decisions
    .filter(({ reasons }) => reasons.every(({ code }) => code === 'unexamined'))
    .sort(byUrgency)
    .map(({ subject }) => subject)

const STOPPED = { code: 'stopped', text: 'nothing is taken away here' } as const

const isDestructive = ({ action }: Decision): boolean => action === 'disable' || action === 'deregister'

const isStopped = (decision: Decision, stops: readonly Stop[]): boolean =>
  isDestructive(decision) && stops.some(({ place }) => place === decision.subject.place.place)

function checkShares(decisions: readonly Decision[], { policy, subjects }: Context): Stop[] {
  return [...groupSubjects(subjects, placeOf)].flatMap(([place, all]) => {
    const due = decisions.filter(each => isDestructive(each) && each.subject.place.place === place)
    return checkShare(place, due.length, all.length, policy)
  })
}

const placeOf = ({ place }: Subject): string => place.place

/** No more than the recipe allows enter one stage at a place in one run: the worst first, then the oldest. */
function limit(decisions: readonly Decision[], policy: Policy): Decision[] {
  const totals = groupSubjects(
    decisions.map(({ subject }) => subject),
    placeOf
  )
  const taken = new Map<string, number>()
  const refused = new Set<Decision>()
  for (const decision of decisions.filter(({ action }) => action !== 'keep').sort(byUrgency)) {
    const place = placeOf(decision.subject)
    const key = `${place} ${decision.action}`
    const count = (taken.get(key) ?? 0) + 1
    if (count > limitOf(totals.get(place)?.length ?? 0, policy)) refused.add(decision)
    else taken.set(key, count)
  }
  return decisions.map(decision => (refused.has(decision) ? keep(decision, sayLimit(decision.action)) : decision))
}

const sayLimit = (action: Step | 'keep') =>
  ({ code: 'limit', text: `it is due, but this run is to ${action} no more` }) as const

function keep(decision: Decision, reason: { readonly code: ReasonCode; readonly text: string }): Decision {
  return { ...decision, action: 'keep', reasons: [reason], unprotect: false }
}

/** What was rejected goes first, then the oldest. */
function byUrgency(a: Decision, b: Decision): number {
  const rank = ({ subject }: Decision) => (subject.worth === 'rejected' ? 0 : 1)
  return rank(a) - rank(b) || compareAge(a.subject, b.subject)
}
