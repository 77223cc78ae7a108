import type { Decision } from './plan-decision.ts'
import { later } from './plan-life.ts'

const WEEK_SECONDS = 7 * 86_400

/** What only time still keeps from being disabled, and not for more than a week: who wants it has to say so now. */
export const findUpcoming = (decisions: readonly Decision[], now: Date): Decision[] =>
  decisions.filter(
    ({ subject, reasons, dueAt }) =>
      subject.stage === 'deprecated' &&
      reasons.every(({ code }) => code === 'not-yet') &&
      dueAt !== undefined &&
      dueAt <= later(now, WEEK_SECONDS)
  )
