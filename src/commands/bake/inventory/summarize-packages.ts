import { cell } from '../../markdown.ts'
import type { Difference } from './compare.ts'
import type { Comparison, PackageStory } from './story.ts'

/** More differences are folded. */
const MAX_OPEN = 10
/** A job summary holds 1 MiB, a comment 64 KB. */
const MAX_LISTED = 200

/** What the log says of the packages, in a line. */
export function sayPackages(story: PackageStory): string {
  if ('missing' in story) return `Packages: not known: ${story.missing}`
  const { count, comparison } = story
  if ('missing' in comparison) return `Packages: ${count} installed`
  const { with: before, differences } = comparison
  return `Packages: ${count} installed; ${sayCounts(differences)} ${before.imageId}`
}

/** What the job summary says of the packages, in Markdown. */
export function summarizePackages(story: PackageStory | undefined): string {
  if (!story) return ''
  if ('missing' in story) return `**Packages**: not known: ${cell(story.missing)}.`
  const { count, comparison } = story
  const head = `**Packages**: ${count} installed`
  return 'missing' in comparison
    ? `${head}; nothing to compare with: ${comparison.missing}.`
    : `${head}; ${sayComparison(comparison)}`
}

function sayComparison({ with: before, differences }: Comparison): string {
  const beside = `\`${cell(before.imageId)}\` ${cell(before.name)}`
  const text = `${sayCounts(differences)} ${beside}`
  if (differences.length === 0) return `${text}.`
  return differences.length <= MAX_OPEN
    ? `${text}\n\n${table(differences)}`
    : `${text}\n\n<details><summary>All of them</summary>\n\n${table(differences)}\n\n</details>`
}

function sayCounts(differences: readonly Difference[]): string {
  if (differences.length === 0) return 'the same as in'
  const added = differences.filter(each => each.before.length === 0).length
  const removed = differences.filter(({ now }) => now.length === 0).length
  const changed = differences.length - added - removed
  const counts = [`${changed} changed`, `${added} added`, `${removed} removed`].filter(text => !text.startsWith('0 '))
  return `${counts.join(', ')} since`
}

function table(differences: readonly Difference[]): string {
  const lines = differences.slice(0, MAX_LISTED).map(({ name, architecture, before, now }) => {
    const cells = [sign(before, now), cell(name), cell(architecture), cell(before.join(', ')), cell(now.join(', '))]
    return `| ${cells.join(' | ')} |`
  })
  const more = differences.length - lines.length
  const rest = more > 0 ? ['', `And ${more} more, in the file of the output \`sbom\`.`] : []
  return ['| | Package | | Before | Now |', '| --- | --- | --- | --- | --- |', ...lines, ...rest].join('\n')
}

function sign(before: readonly string[], now: readonly string[]): string {
  if (before.length === 0) return '➕'
  return now.length === 0 ? '➖' : '🔁'
}
