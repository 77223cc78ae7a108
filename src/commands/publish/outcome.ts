import type { Outcome } from '../../run.ts'
import { sayPlace } from '../place.ts'
import { sayStep } from '../steps/say-step.ts'
import type { PlacePlan } from './plan.ts'
import type { PublishStory } from './story.ts'
import { summarize } from './summary.ts'

/** Outputs, report and summary of a publication, whether it succeeded or not. */
export function describeOutcome(story: PublishStory, error?: unknown): Outcome {
  const { run, plans, results } = story
  const published = results.filter(({ ending }) => ending === 'published')
  const images = Object.fromEntries(published.map(({ place, plan }) => [sayPlace(place), plan?.imageId ?? '']))
  const failed = results.filter(each => each.error !== undefined).map(({ place }) => sayPlace(place))
  const atHome = images[run.inputs.awsRegion]
  return {
    outputs: {
      ...(!run.inputs.dryRun && { images: JSON.stringify(images) }),
      'failed-regions': JSON.stringify(failed),
      ...(plans.length > 0 && { plan: JSON.stringify(plans.map(describePlan)) }),
      ...(atHome && { 'image-id': atHome })
    },
    report: describeReport(story),
    summary: summarize(story, error),
    ...(error !== undefined && { error })
  }
}

const describePlan = ({ place, imageId, prepare, switch: switching, finish }: PlacePlan): object => ({
  ...place,
  imageId,
  prepare,
  switch: switching,
  finish
})

const describeReport = ({ run, ring, plans, results }: PublishStory): object => ({
  command: 'publish',
  run: run.id,
  ...(ring && { ring: ring.name }),
  places: plans.map(plan => {
    const { ending, error } = results.find(each => each.plan === plan) ?? {}
    const steps = [...plan.prepare, ...plan.switch, ...plan.finish].map(sayStep)
    const message = error instanceof Error ? error.message : error
    return {
      place: sayPlace(plan.place),
      imageId: plan.imageId,
      steps,
      ending,
      ...(error !== undefined && { error: message })
    }
  })
})
