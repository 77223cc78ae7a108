import { toFamilyImage } from '../../image/family-image.ts'
import { cell, codeBlock } from '../markdown.ts'
import { sayPlace } from '../place.ts'
import { sayForReaders } from '../steps/say-step.ts'
import type { PlacePlan } from './plan.ts'
import type { PlaceResult, RollbackStory } from './story.ts'

/** The job summary of a rollback, in Markdown. */
export function summarize(story: RollbackStory, error?: unknown): string {
  const parts = [
    heading(story, error),
    ...(error === undefined ? [] : [codeBlock(error)]),
    ...describeChoice(story),
    table(story),
    ...describeLeftBehind(story)
  ]
  return `${parts.filter(part => part !== '').join('\n\n')}\n`
}

function heading({ run, plans, results }: RollbackStory, error: unknown): string {
  const good = results.filter(each => each.error === undefined).length
  if (error !== undefined && good > 0) return `## ⚠️ Rolled back in ${good} of ${results.length} places`
  if (error !== undefined) return '## ❌ Rolling back failed'
  if (run.inputs.dryRun) return `## 📝 Plan for ${say(plans.length)}; nothing was changed`
  return `## ✅ Rolled back in ${say(good)}`
}

const say = (places: number): string => (places === 1 ? 'one place' : `${places} places`)

function describeChoice({ run, choice }: RollbackStory): string[] {
  if (!choice) return []
  const [bad, target] = [toFamilyImage(choice.bad), toFamilyImage(choice.target)]
  const why = run.inputs.reason ? `: ${cell(run.inputs.reason)}` : ''
  return [
    `From \`${bad.imageId}\` ${cell(bad.name)} to \`${target.imageId}\` ${cell(target.name)}${why}. ` +
      'What was rolled back is held: `publish` refuses its content unless `force: true`.'
  ]
}

function table({ plans, results }: RollbackStory): string {
  const rows = [
    ...results.filter(({ plan }) => !plan).map(({ place }) => `| ❌ | ${sayPlace(place)} | | |`),
    ...plans.map(plan =>
      row(
        plan,
        results.find(each => each.plan === plan)
      )
    )
  ]
  if (rows.length === 0) return ''
  return ['| | Place | Image | Steps |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

function row(plan: PlacePlan, result: PlaceResult | undefined): string {
  const steps = sayForReaders([...plan.mark, ...plan.steps]).map(cell)
  const mark = result ? (result.error === undefined ? '✅' : '❌') : ''
  const lines = [...steps, ...plan.notes.map(note => `⚠️ ${cell(note)}`)]
  return `| ${mark} | ${sayPlace(plan.place)} | \`${plan.to}\` | ${lines.join('<br>') || 'was launched already'} |`
}

function describeLeftBehind({ results }: RollbackStory): string[] {
  const lines = results.flatMap(({ place, leftBehind }) =>
    leftBehind.map(sentence => `- ${sayPlace(place)}: ${cell(sentence)}`)
  )
  return lines.length > 0 ? ['### What does not follow by itself', lines.join('\n')] : []
}
