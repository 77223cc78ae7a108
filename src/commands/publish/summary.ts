import { cell, codeBlock } from '../markdown.ts'
import { sayPlace } from '../place.ts'
import { sayForReaders } from '../steps/say-step.ts'
import type { PlacePlan } from './plan.ts'
import type { PlaceResult, PublishStory } from './story.ts'

const MARKS: Readonly<Record<PlaceResult['ending'], string>> = {
  published: '✅',
  'switched back': '↩️',
  failed: '❌'
}

/** The job summary of a publication, in Markdown. */
export function summarize(story: PublishStory, error?: unknown): string {
  const parts = [heading(story, error), ...(error === undefined ? [] : [codeBlock(error)]), table(story)]
  return `${parts.filter(part => part !== '').join('\n\n')}\n`
}

function heading({ run, ring, plans, results }: PublishStory, error: unknown): string {
  const good = results.filter(({ ending }) => ending === 'published').length
  const [name = ''] = new Set(plans.map(({ imageName }) => imageName))
  const to = `${name ? ` ${cell(name)}` : ''}${ring ? ` to the ring ${ring.name}` : ''}`
  if (error !== undefined && good > 0) return `## ⚠️ Published${to} in ${good} of ${results.length} places`
  if (error !== undefined) {
    const isBack = results.some(({ ending }) => ending === 'switched back')
    return `## ❌ Publishing failed${isBack ? '; every place has what it had before' : ''}`
  }
  if (run.inputs.dryRun) return `## 📝 Plan for${to} in ${say(plans.length)}; nothing was changed`
  return `## ✅ Published${to} in ${say(good)}`
}

const say = (places: number): string => (places === 1 ? 'one place' : `${places} places`)

function table({ plans, results }: PublishStory): string {
  const rows = [
    ...results.filter(({ plan }) => !plan).map(({ place }) => `| ❌ | ${sayPlace(place)} | | |`),
    ...plans.map(plan => row(plan, results.find(each => each.plan === plan)?.ending))
  ]
  if (rows.length === 0) return ''
  return ['| | Place | Image | Steps |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

function row(plan: PlacePlan, ending: PlaceResult['ending'] | undefined): string {
  const steps = sayForReaders([...plan.prepare, ...plan.switch, ...plan.finish]).map(cell)
  const mark = ending ? MARKS[ending] : ''
  return `| ${mark} | ${sayPlace(plan.place)} | \`${plan.imageId}\` ${cell(plan.imageName)} | ${steps.join('<br>') || 'was published already'} |`
}
