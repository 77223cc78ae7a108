import { TAGS } from '../../image/tags.ts'
import type { Outcome } from '../../run.ts'
import { cell } from '../markdown.ts'
import type { SunsetPlan } from './plan/plan.ts'
import type { Decision } from './plan/plan-decision.ts'
import { findUpcoming } from './plan/plan-upcoming.ts'
import type { SunsetStory } from './story.ts'

/** More rows than this nobody reads. */
export const MAX_ROWS = 100

/**
 * The issue that lists what is about to be disabled, so that owners can object in time. A dry run announces nothing; after
 * a failure the list may not be whole, so that it can't say that nothing is left to list.
 */
export function announce({ run, policy, plan, facts }: SunsetStory, error: unknown): Pick<Outcome, 'issue'> {
  if (run.inputs.dryRun || !policy || !plan || !facts) return {}
  const soon = findUpcoming(plan.decisions, facts.now)
  if (soon.length === 0 && error !== undefined) return {}
  return {
    issue: {
      subject: policy.family,
      title: `Images of ${policy.family} that are about to be disabled`,
      markdown: [soon.length === 0 ? 'None is about to be disabled.' : listUpcoming(soon), ...unseen(plan)].join(
        '\n\n'
      ),
      items: soon.slice(0, MAX_ROWS).map(({ subject }) => subject.image.imageId)
    }
  }
}

/** Where it is not known what is about to be disabled. */
function unseen({ stops }: SunsetPlan): string[] {
  const places = [...new Set(stops.map(({ place }) => place))]
  return places.length === 0 ? [] : [`Not looked at, for something failed there: ${places.join(', ')}.`]
}

/** What is about to be disabled, and how an owner objects, in Markdown. */
export function listUpcoming(soon: readonly Decision[]): string {
  const rows = soon.slice(0, MAX_ROWS).map(({ subject: { place, image }, dueAt }) => {
    const day = dueAt?.toISOString().slice(0, 10)
    return `| ${place.place} | ${link(place.region, image.imageId)} ${cell(image.name)} | ${day} |`
  })
  const text = `Nothing uses them, as far as is known: they are about to be disabled. The tag \`${TAGS.hold}\` on an image keeps it.`
  const more = soon.length > MAX_ROWS ? ['', `And ${soon.length - MAX_ROWS} more, which the report lists.`] : []
  return [text, '', '| Place | Image | Not before |', '| --- | --- | --- |', ...rows, ...more].join('\n')
}

/** An image, linked to the console. */
export const link = (region: string, id: string): string =>
  `[\`${id}\`](https://console.aws.amazon.com/ec2/home?region=${region}#ImageDetails:imageId=${id})`
