import type { Outcome } from '../../run.ts'
import { sayPlace } from '../place.ts'
import { groupFindings } from './findings.ts'
import type { PlacePlan } from './plan-enforce.ts'
import { type FleetStory, hasPassed } from './story.ts'
import { summarize } from './summary.ts'

/** Outputs, report and summary of a look at the fleet. */
export function describeOutcome(story: FleetStory, error?: unknown): Outcome {
  const failed = new Set([
    ...story.troubles.map(({ place }) => sayPlace(place)),
    ...story.results.filter(result => result.error !== undefined).map(({ place }) => sayPlace(place)),
    ...story.allowed.filter(({ errors }) => errors.length > 0).map(({ place }) => sayPlace(place))
  ])
  return {
    outputs: {
      passed: String(error === undefined && story.places.length > 0 && hasPassed(story)),
      'failed-regions': JSON.stringify([...failed]),
      plan: JSON.stringify(story.plans.map(describePlan))
    },
    report: describeReport(story),
    summary: summarize(story, error),
    ...(error !== undefined && { error })
  }
}

const describePlan = ({ place, batches, replacements, spared }: PlacePlan): object => ({
  ...place,
  acts: batches.map(({ act, zone, instances }) => ({
    act,
    zone,
    instances: instances.map(({ instanceId }) => instanceId)
  })),
  groups: replacements.map(({ group, due, count }) => ({ group, count, due: due.map(({ instanceId }) => instanceId) })),
  spared: spared.map(({ instance, why }) => ({ instance: instance.instanceId, why }))
})

const describeReport = (story: FleetStory): object => ({
  command: 'verify',
  fleet: true,
  run: story.run.id,
  enforce: story.mode,
  places: story.places.map(({ place, instances }) => ({
    place: sayPlace(place),
    instances: instances.length,
    notApproved: instances.filter(({ verdict }) => verdict !== 'approved').length
  })),
  images: groupFindings(story),
  sources: story.places.flatMap(({ place, sources }) =>
    sources
      .filter(({ verdict }) => verdict !== 'approved')
      .map(({ source: { kind, name, by, imageIds }, verdict }) => ({
        place: sayPlace(place),
        kind,
        name,
        by,
        imageIds,
        verdict
      }))
  ),
  ...(story.allowed.length > 0 && {
    allowedImages: story.allowed.map(({ place, plan }) => ({ place: sayPlace(place), ...plan }))
  }),
  results: story.results.map(({ place, id, act, left, error }) => ({
    place: sayPlace(place),
    id,
    act,
    ...(left && { left }),
    ...(error !== undefined && { error: error instanceof Error ? error.message : String(error) })
  }))
})
