import { toFamilyImage } from '../../image/family-image.ts'
import type { Outcome } from '../../run.ts'
import { sayPlace } from '../place.ts'
import { sayStep } from '../steps/say-step.ts'
import type { RollbackStory } from './story.ts'
import { summarize } from './summary.ts'

/** Outputs, report and summary of a rollback, whether it succeeded or not. */
export function describeOutcome(story: RollbackStory, error?: unknown): Outcome {
  const { run, plans, results } = story
  const done = results.filter(each => each.error === undefined)
  const images = Object.fromEntries(done.map(({ place, plan }) => [sayPlace(place), plan?.to ?? '']))
  const failed = results.filter(each => each.error !== undefined).map(({ place }) => sayPlace(place))
  const atHome = images[run.inputs.awsRegion]
  return {
    outputs: {
      ...(!run.inputs.dryRun && { images: JSON.stringify(images) }),
      'failed-regions': JSON.stringify(failed),
      ...(plans.length > 0 && { plan: JSON.stringify(plans.map(({ place, ...plan }) => ({ ...place, ...plan }))) }),
      ...(atHome && { 'image-id': atHome })
    },
    report: describeReport(story),
    summary: summarize(story, error),
    ...(error !== undefined && { error })
  }
}

const describeReport = ({ run, choice, plans, results }: RollbackStory): object => ({
  command: 'rollback',
  run: run.id,
  ...(run.inputs.reason && { reason: run.inputs.reason }),
  ...(choice && { from: toFamilyImage(choice.bad).imageId, to: toFamilyImage(choice.target).imageId }),
  places: plans.map(plan => {
    const { leftBehind = [], error } = results.find(each => each.plan === plan) ?? {}
    const steps = [...plan.mark, ...plan.steps].map(sayStep)
    const message = error instanceof Error ? error.message : error
    return {
      place: sayPlace(plan.place),
      from: plan.from,
      to: plan.to,
      steps,
      notes: plan.notes,
      leftBehind,
      ...(error !== undefined && { error: message })
    }
  })
})
