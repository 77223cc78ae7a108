import { cell, codeBlock } from '../markdown.ts'
import { sayPlace } from '../place.ts'
import { drawAges } from './chart.ts'
import { tallySpared } from './describe-plan.ts'
import type { Verdict } from './facts.ts'
import { type Finding, groupFindings } from './findings.ts'
import { count, DONE, TO_DO } from './say-act.ts'
import { type FleetStory, hasPassed, type Result } from './story.ts'

const MAX_ROWS = 50
const MAX_IDS = 10

/** The job summary of a look at the fleet, in Markdown. */
export function summarize(story: FleetStory, error?: unknown): string {
  const parts = [
    heading(story, error),
    ...(error === undefined ? [] : [codeBlock(error)]),
    tally(story),
    drawAges(story),
    listImages(groupFindings(story)),
    listSources(story),
    story.results.length > 0 ? listResults(story.results) : listPlan(story),
    listSpared(story),
    listAllowed(story)
  ]
  return `${parts.filter(part => part !== '').join('\n\n')}\n`
}

function heading(story: FleetStory, error: unknown): string {
  const all = story.places.flatMap(({ instances }) => instances)
  if (all.length === 0 && error !== undefined) return '## ❌ Looking at the fleet failed'
  const bad = all.filter(({ verdict }) => verdict !== 'approved').length
  const mark = error !== undefined ? '❌' : hasPassed(story) ? '✅' : '⚠️'
  if (bad === 0) return `## ${mark} ${count(all.length, 'instance')}, each from an approved image`
  return `## ${mark} ${bad.toLocaleString('en-US')} of ${count(all.length, 'instance')} not from an approved image`
}

/** How many there are of each kind. */
function tally({ places, troubles }: FleetStory): string {
  const counts = new Map<Verdict, number>()
  for (const { verdict } of places.flatMap(({ instances }) => instances)) {
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1)
  }
  const said = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([verdict, number]) => `${number.toLocaleString('en-US')} ${verdict}`)
  const unread = troubles.map(({ place }) => sayPlace(place)).join(', ')
  const parts = [
    ...(said.length > 0 ? [`${said.join(' · ')}.`] : []),
    ...(unread ? [`**Not known, or not touched: ${unread}.**`] : [])
  ]
  return parts.join(' ')
}

function listImages(findings: readonly Finding[]): string {
  const rows = findings.slice(0, MAX_ROWS).map(({ imageId, name, verdict, ageDays, place, group = '', instances }) => {
    const age = ageDays === undefined ? 'unknown' : `${ageDays} d`
    return `| \`${imageId}\` ${cell(name)} | ${verdict} | ${age} | ${place} | ${cell(group)} | ${instances.length} |`
  })
  return table(
    '| Image | It is | Age | Place | Group | Instances |',
    '| --- | --- | ---: | --- | --- | ---: |',
    rows,
    findings.length
  )
}

function listSources({ places }: FleetStory): string {
  const bad = places.flatMap(({ place, sources }) =>
    sources.filter(({ verdict }) => verdict !== 'approved').map(each => ({ place, ...each }))
  )
  const rows = bad.slice(0, MAX_ROWS).map(({ place, source: { kind, name, by, imageIds }, verdict }) => {
    const images = imageIds.map(id => `\`${id}\``).join(' ')
    return `| ${kind} ${cell(name)} | ${cell(by)} | ${sayPlace(place)} | ${images} ${verdict} |`
  })
  return table('| Would launch such images | By | Place | Image |', '| --- | --- | --- | --- |', rows, bad.length)
}

function listPlan({ plans, run, mode }: FleetStory): string {
  const rows = plans.flatMap(({ place, batches, replacements }) => [
    ...batches.map(({ act, instances }) => [place, TO_DO[act], instances.map(({ instanceId }) => instanceId)] as const),
    ...replacements.map(({ group }) => [place, TO_DO.replace, [group]] as const)
  ])
  if (mode === 'report' || (rows.length > 0 && !run.inputs.dryRun)) return ''
  const said = rows.map(([place, what, ids]) => `| ${sayPlace(place)} | ${what} | ${ids.length} | ${nameSome(ids)} |`)
  return table('| Place | Would be done | Count | |', '| --- | --- | ---: | --- |', said, said.length)
}

function listResults(results: readonly Result[]): string {
  const tallied = new Map<string, string[]>()
  for (const { place, id, act, left, error } of results) {
    const why = left ?? (error instanceof Error ? error.message : error)
    const mark = error === undefined ? (left ? '➖' : '✅') : '❌'
    const what = why === undefined ? DONE[act] : `not ${DONE[act]}: ${cell(String(why))}`
    const key = `| ${mark} | ${sayPlace(place)} | ${what} |`
    tallied.set(key, [...(tallied.get(key) ?? []), id])
  }
  const rows = [...tallied].map(([start, ids]) => `${start} ${ids.length} | ${nameSome(ids)} |`)
  return table(
    '| | Place | What was done | Count | |',
    '| --- | --- | --- | ---: | --- |',
    rows.slice(0, MAX_ROWS),
    rows.length
  )
}

function listSpared({ plans, mode }: FleetStory): string {
  if (mode === 'report') return ''
  const rows = tallySpared(plans.flatMap(({ spared }) => spared)).map(
    ([why, ids]) => `| ${cell(why)} | ${ids.length} | ${nameSome(ids)} |`
  )
  return table('| Left as they are | Count | |', '| --- | ---: | --- |', rows.slice(0, MAX_ROWS), rows.length)
}

function listAllowed({ allowed }: FleetStory): string {
  const rows = allowed.flatMap(({ place, plan, errors }) => [
    ...(plan?.notes ?? []).map(note => `| ${sayPlace(place)} | ${cell(note)} |`),
    ...errors.map(({ message }) => `| ${sayPlace(place)} | ❌ ${cell(message)} |`)
  ])
  return table('| Place | Allowed AMIs |', '| --- | --- |', rows.slice(0, MAX_ROWS), rows.length)
}

const nameSome = (ids: readonly string[]): string =>
  `${ids
    .slice(0, MAX_IDS)
    .map(id => `\`${cell(id)}\``)
    .join(' ')}${ids.length > MAX_IDS ? ' …' : ''}`

function table(head: string, line: string, rows: readonly string[], all: number): string {
  if (rows.length === 0) return ''
  const more = all > rows.length ? [``, `_And ${all - rows.length} more; see the report._`] : []
  return [head, line, ...rows, ...more].join('\n')
}
