import type { SunsetPlan } from './plan/plan.ts'
import type { Decision } from './plan/plan-decision.ts'
import { bakedAt, expiresAt, later } from './plan/plan-life.ts'
import type { Policy } from './policy.ts'

/** More bars than this nobody reads. */
const MAX_BARS = 20

/**
 * The windows of a family's newest images at each place, as a Mermaid chart: valid, deprecated, disabled, as far as time
 * alone decides.
 *
 * @see https://mermaid.js.org/syntax/gantt.html
 */
export function timeline({ decisions }: SunsetPlan, policy: Policy, now: Date): string {
  const shown = decisions.filter(({ subject }) => bakedAt(subject.image)).slice(0, MAX_BARS)
  if (shown.length === 0) return ''
  const places = [...new Set(shown.map(({ subject }) => subject.place.place))]
  const sections = places.flatMap(place => [
    `  section ${place}`,
    ...shown.filter(({ subject }) => subject.place.place === place).flatMap(decision => bars(decision, policy))
  ])
  const axis = ['  dateFormat YYYY-MM-DD', '  axisFormat %e %b', '  tickInterval 2week']
  return ['```mermaid', 'gantt', `  title ${policy.family} on ${day(now)}`, ...axis, ...sections, '```'].join('\n')
}

const MARKS = { current: 'active, ', deprecated: '', disabled: 'done, ', other: '' } as const

function bars({ subject, dueAt }: Decision, policy: Policy): string[] {
  const { image, stage, since } = subject
  const from = stage === 'current' || !since ? bakedAt(image) : since
  const to = dueAt ?? expiresAt(image, policy)
  if (!from || !to) return []
  const end = to > from ? to : later(from, 86_400)
  return [`  ${image.imageId} ${stage} :${MARKS[stage]}${day(from)}, ${day(end)}`]
}

const day = (date: Date): string => date.toISOString().slice(0, 10)
