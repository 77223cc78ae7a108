import { ageInDays } from './findings.ts'
import type { FleetStory } from './story.ts'

/** The last day of each bar; older ones share the last but one, those of unknown age have the last. */
const LAST_DAYS = [7, 14, 30, 60, 90, 180, 365] as const

/**
 * A chart of how old the images are that instances run from, in Mermaid; empty without instances.
 *
 * @see https://mermaid.js.org/syntax/xyChart.html
 */
export function drawAges({ places, now }: FleetStory): string {
  const ages = places.flatMap(({ instances }) => instances.map(({ image }) => ageInDays(image, now)))
  if (ages.length === 0) return ''
  const bars = [...LAST_DAYS.map((last, n) => [`≤ ${last} d`, LAST_DAYS[n - 1] ?? -1, last] as const), OLDER]
  const counts = bars.map(
    ([, after, last]) => ages.filter(age => age !== undefined && age > after && age <= last).length
  )
  const unknown = ages.filter(age => age === undefined).length
  const [labels, values] = [bars.map(([label]) => label), counts]
  return [
    '```mermaid',
    'xychart-beta',
    '  title "Age of the images that instances run from"',
    `  x-axis [${[...labels, ...(unknown > 0 ? ['unknown'] : [])].map(label => `"${label}"`).join(', ')}]`,
    `  y-axis "instances" 0 --> ${Math.max(...values, unknown)}`,
    `  bar [${[...values, ...(unknown > 0 ? [unknown] : [])].join(', ')}]`,
    '```'
  ].join('\n')
}

const OLDER = ['> 365 d', 365, Number.POSITIVE_INFINITY] as const
