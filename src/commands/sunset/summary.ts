import { cell, codeBlock } from '../markdown.ts'
import { link, listUpcoming, MAX_ROWS } from './announce.ts'
import type { Result } from './apply/carry-out.ts'
import type { Decision } from './plan/plan-decision.ts'
import type { ReasonCode } from './plan/plan-reason.ts'
import { estimateSavings } from './plan/plan-savings.ts'
import { findUpcoming } from './plan/plan-upcoming.ts'
import type { SunsetStory } from './story.ts'
import { timeline } from './timeline.ts'

/** The job summary of a sunset, in Markdown. */
export function summarize(story: SunsetStory, error?: unknown): string {
  const { plan, policy, facts } = story
  const parts = [
    heading(story, error),
    ...(error === undefined ? [] : [codeBlock(error)]),
    ...(story.undone ? [story.undone.plan.steps.map(step => `- ${cell(step)}`).join('\n')] : []),
    ...(plan && policy && facts
      ? [table(story), saving(plan.decisions), upcoming(plan.decisions, facts.now), timeline(plan, policy, facts.now)]
      : []),
    ...(plan ? [kept(plan.decisions)] : [])
  ]
  return `${parts.filter(part => part !== '').join('\n\n')}\n`
}

function heading({ run, plan, applied, undone }: SunsetStory, error: unknown): string {
  if (undone) return `## ${run.inputs.dryRun ? '📝 Would bring back' : '✅ Brought back'} \`${undone.plan.imageId}\``
  if (!plan) return '## ❌ Sunset failed'
  const due = plan.decisions.filter(({ action }) => action !== 'keep').length
  const done = applied?.results.filter(({ isDone }) => isDone).length ?? 0
  if (run.inputs.dryRun) return `## ${error === undefined ? '📝' : '⚠️'} ${count(due)} would go one stage further`
  const mark = error === undefined ? '✅' : '⚠️'
  return `## ${mark} ${done} of ${plan.decisions.length} images went one stage further`
}

const count = (images: number): string => (images === 1 ? 'One image' : `${images} images`)

function table({ plan, applied }: SunsetStory): string {
  const due = plan?.decisions.filter(({ action }) => action !== 'keep') ?? []
  if (due.length === 0) return ''
  const rows = due.map(decision =>
    row(
      decision,
      applied?.results.find(each => each.decision === decision)
    )
  )
  return ['| Place | Image | Stage | Why |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

function row({ subject, action, reasons }: Decision, result: Result | undefined): string {
  const { image, place } = subject
  const mark = result && !result.isDone ? '❌ ' : ''
  const problem =
    result?.error === undefined ? [] : [String(result.error instanceof Error ? result.error.message : result.error)]
  const why = [...reasons.map(({ text }) => text), ...(result?.notes ?? []), ...problem].map(cell).join('; ')
  return `| ${place.place} | ${link(place.region, image.imageId)} ${cell(image.name)} | ${mark}${action} | ${why} |`
}

function saving(decisions: readonly Decision[]): string {
  const { images, mostGib, mostUsdPerMonth } = estimateSavings(decisions)
  if (images === 0) return ''
  return `Deregistering saves at most ${mostGib} GiB of snapshots, about $${mostUsdPerMonth.toFixed(2)} a month, from when the Recycle Bin lets go of them; it may be much less, for snapshots share their blocks.`
}

function upcoming(decisions: readonly Decision[], now: Date): string {
  const soon = findUpcoming(decisions, now)
  return soon.length === 0 ? '' : `### ⏳ Next week\n\n${listUpcoming(soon)}`
}

/** Those that stay, folded: why each. */
function kept(decisions: readonly Decision[]): string {
  const stay = decisions.filter(({ action }) => action === 'keep')
  if (stay.length === 0) return ''
  const rows = stay.slice(0, MAX_ROWS).map(keptRow)
  const more = stay.length > MAX_ROWS ? ['', `The report lists the other ${stay.length - MAX_ROWS}, too.`] : []
  const head = ['| Place | Image | Stage | Why it stays |', '| --- | --- | --- | --- |']
  const title = `<summary>${stay.length} images stay as they are: ${sayCounts(stay)}</summary>`
  return ['<details>', title, '', ...head, ...rows, ...more, '', '</details>'].join('\n')
}

function keptRow({ subject: { place, image, stage }, reasons }: Decision): string {
  const why = reasons.map(({ text }) => cell(text)).join('; ')
  return `| ${place.place} | ${link(place.region, image.imageId)} ${cell(image.name)} | ${stage} | ${why} |`
}

/** How many stay for which reason; one may have several. */
export function countReasons(decisions: readonly Decision[]): Partial<Record<ReasonCode, number>> {
  const counts: Partial<Record<ReasonCode, number>> = {}
  for (const { code } of decisions.flatMap(({ reasons }) => reasons)) counts[code] = (counts[code] ?? 0) + 1
  return counts
}

function sayCounts(decisions: readonly Decision[]): string {
  const counts = Object.entries(countReasons(decisions))
    .sort(([, a], [, b]) => b - a)
    .map(([code, number]) => `${number} ${code.replaceAll('-', ' ')}`)
    .join(', ')
  // Else the numbers would not seem to add up.
  return decisions.some(({ reasons }) => reasons.length > 1) ? `${counts} (one may have several reasons)` : counts
}
