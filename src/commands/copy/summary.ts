import { cell, codeBlock } from '../markdown.ts'
import { sayPlace } from '../place.ts'
import { gibMoved } from './describe-plan.ts'
import type { TargetPlan } from './plan.ts'
import type { CopyStory, Delivery } from './story.ts'

/** The job summary of a copy, in Markdown. */
export function summarize(story: CopyStory, error?: unknown): string {
  const { source, plans = [] } = story
  const from = source ? [`From \`${source.image.ImageId}\` ${cell(source.image.Name ?? '')} in ${source.region}`] : []
  const parts = [
    heading(story, error),
    ...(error === undefined ? [] : [codeBlock(error)]),
    ...from,
    table(story, plans)
  ]
  return `${parts.filter(part => part !== '').join('\n\n')}\n`
}

function heading({ run, kind, deliveries = [], plans = [] }: CopyStory, error: unknown): string {
  const [doing, done] = kind === 'copy' ? ['Copying', 'Copied'] : ['Encrypting', 'Encrypted']
  const good = deliveries.filter(({ imageId }) => imageId).length
  if (error !== undefined && good > 0) return `## ⚠️ ${done} to ${good} of ${deliveries.length} places`
  if (error !== undefined) return `## ❌ ${doing} failed`
  if (run.inputs.dryRun) return `## 📝 Plan for ${plans.length} places; nothing was changed`
  return `## ✅ ${done}: ${good} ${good === 1 ? 'place has' : 'places have'} the image`
}

function table({ deliveries = [] }: CopyStory, plans: readonly TargetPlan[]): string {
  if (plans.length === 0) return ''
  const rows = plans.map(plan =>
    row(
      plan,
      deliveries.find(each => each.plan === plan)
    )
  )
  return ['| Place | Image | What was done | Volumes |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

function row(plan: TargetPlan, { imageId, error }: Partial<Delivery> = {}): string {
  const mark = error === undefined ? '' : '❌ '
  const image = imageId ? `\`${imageId}\` ${cell(plan.imageName)}` : cell(plan.imageName)
  const volumes = plan.volumes.map(
    ({ device, to }) => `${cell(device)} ${to ? `🔒 \`${shortKey(to)}\`` : 'not encrypted'}`
  )
  return `| ${mark}${sayPlace(plan.place)} | ${image} | ${say(plan)} | ${volumes.join('<br>') || 'no snapshots'} |`
}

const say = (plan: TargetPlan): string =>
  ({
    keep: 'was there',
    finish: 'taken up from an interrupted run',
    'copy-image': `one copy, at most ${gibMoved(plan)} GiB`,
    'copy-snapshots': `each snapshot with its key, at most ${gibMoved(plan)} GiB, then registered`
  })[plan.action.kind]

const shortKey = (arn: string): string => arn.replace(/^.*:key\//, '')
