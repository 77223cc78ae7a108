import type { Snapshot } from '@aws-sdk/client-ec2'
import { formatDuration } from '../../../image/duration.ts'
import { TAGS } from '../../../image/tags.ts'
import { cell, codeBlock } from '../../markdown.ts'
import { summarizePackages } from '../inventory/summarize-packages.ts'
import type { BakePlan } from '../plan/plan.ts'
import { sayCandidate } from '../plan/plan-candidates.ts'
import { compareStrategies } from './compare-strategies.ts'
import type { Stage } from './stages.ts'
import type { BakeStory } from './story.ts'

/** The job summary of a bake, in Markdown. */
export function summarize(story: BakeStory, dryRun: boolean, error?: unknown): string {
  const parts = [
    heading(story, dryRun, error),
    error === undefined ? '' : codeBlock(error),
    reuse(story),
    facts(story),
    snapshots(story.baked?.snapshots ?? []),
    summarizePackages(story.packages),
    strategies(story),
    timeline(story.stages.done)
  ]
  return `${parts.filter(part => part !== '').join('\n\n')}\n`
}

function heading({ recipe, baked, reused }: BakeStory, dryRun: boolean, error: unknown): string {
  const family = recipe?.family ?? 'an image'
  if (reused) return `## ♻️ Nothing due for ${family}: \`${reused.image.imageId}\` is used again`
  if (baked) return `## ✅ Baked ${family}: \`${baked.image.ImageId}\``
  return dryRun && error === undefined
    ? `## 📝 Plan for ${family}; nothing was changed`
    : `## ❌ Baking ${family} failed`
}

function reuse({ reused, run }: BakeStory): string {
  if (!reused) return ''
  const { image, reason, warnings } = reused
  const rows = [
    ['Image', `\`${image.imageId}\` ${cell(image.name)}`],
    ['Region', run.inputs.awsRegion],
    ['Why', cell(reason)],
    ['Digest', `\`${(image.tags[TAGS.digest] ?? '').slice(0, 12)}\``],
    ...warnings.map(warning => ['⚠️', cell(warning)])
  ]
  return table(rows)
}

/** The first row, the image, is the head: Markdown has no table without one, and an empty one is drawn. */
function table(rows: readonly (readonly string[])[]): string {
  const [head = '', ...lines] = rows.map(row => `| ${row.join(' | ')} |`)
  return [head, '| :--- | :--- |', ...lines].join('\n')
}

function facts({ recipe, plan, baked, stages }: BakeStory): string {
  if (!recipe || !plan) return ''
  const rows = [
    ['Image', baked ? `\`${baked.image.ImageId}\` ${cell(baked.image.Name ?? '')}` : cell(plan.imageName)],
    ['Region', plan.region],
    ['Base', `\`${plan.origin.id}\` ${cell(plan.origin.name)}`],
    [
      'Recipe',
      `${cell(recipe.file)} · ${recipe.strategy} · ${recipe.provision.steps.length} ${recipe.provision.steps.length === 1 ? 'step' : 'steps'} via ${recipe.provision.via}`
    ],
    ['Valid until', `${plan.validUntil.toISOString().slice(0, 10)} (${formatDuration(recipe.validForSeconds)})`],
    ['Why', cell(plan.reason)],
    ['Digest', `\`${plan.digest.slice(0, 12)}\``],
    ['Time', formatDuration(stages.seconds)],
    ...(!baked && 'candidates' in plan ? builderRows(plan) : [])
  ]
  return table(rows)
}

const builderRows = (plan: BakePlan): string[][] => [
  ['Builder', plan.candidates.slice(0, 3).map(sayCandidate).join(', ')],
  [
    'Volumes',
    plan.blockDeviceMappings
      .map(
        ({ DeviceName: device, Ebs: ebs }) =>
          `${device} ${ebs?.VolumeSize ?? 'as the base'} ${ebs?.KmsKeyId ?? 'default key'}`
      )
      .join(', ')
  ]
]

function snapshots(list: readonly Snapshot[]): string {
  if (list.length === 0) return ''
  const rows = list.map(({ SnapshotId, VolumeSize, Encrypted, KmsKeyId }) => {
    const key = Encrypted ? `🔒 \`${(KmsKeyId ?? '').replace(/^.*:key\//, '')}\`` : 'not encrypted'
    return `| \`${SnapshotId}\` | ${VolumeSize} GiB | ${key} |`
  })
  return ['| Snapshot | Size | Key |', '| --- | --- | --- |', ...rows].join('\n')
}

/** Worth a table as soon as there is something to compare. */
function strategies({ family = [], baked }: BakeStory): string {
  const rows = compareStrategies(baked ? [...family, baked.image] : family)
  if (rows.reduce((sum, { images }) => sum + images, 0) < 2) return ''
  const lines = rows.map(row => {
    const times = [row.buildSeconds, row.bootSeconds, row.shelfLifeSeconds].map(sayDuration)
    return `| ${[cell(row.strategy), row.images, ...times, `${row.sizeGiB} GiB`].join(' | ')} |`
  })
  const head = '| Strategy | Last images | Build | Boot | Shelf life | Size |'
  return [head, '| --- | --- | --- | --- | --- | --- |', ...lines].join('\n')
}

const sayDuration = (seconds: number | undefined): string =>
  seconds === undefined ? 'unknown' : formatDuration(seconds)

/** A Gantt chart counts in whole seconds: a shorter stage is drawn as one. */
function timeline(stages: readonly Stage[]): string {
  if (stages.length < 2) return ''
  const start = stages[0]?.start.getTime() ?? 0
  const rows = stages.map(({ name, start: begin, seconds, failed }) => {
    const from = begin.getTime() - start
    return `  ${name} (${formatSeconds(seconds)}) :${failed ? 'crit, ' : ''}${from}, ${Math.max(1, Math.round(seconds))}s`
  })
  return ['```mermaid', 'gantt', '  title Stages', '  dateFormat x', '  axisFormat %M:%S', ...rows, '```'].join('\n')
}

const formatSeconds = (seconds: number): string => (seconds < 10 ? `${seconds.toFixed(1)} s` : formatDuration(seconds))
