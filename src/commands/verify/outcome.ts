import type { Outcome } from '../../run.ts'
import { medianSeconds } from './boot/boot-report.ts'
import { hasPassed, type VerifyStory } from './story.ts'
import { summarize } from './summary.ts'

/** Outputs, report and summary of a verification. */
export function describeOutcome(story: VerifyStory, error?: unknown): Outcome {
  const { run, verified } = story
  const images = Object.fromEntries(verified.map(({ place, imageId }) => [place, imageId]))
  const failed = verified.filter(each => !hasPassed(each)).map(({ place }) => place)
  const atHome = images[run.inputs.awsRegion]
  return {
    outputs: {
      passed: String(error === undefined && failed.length === 0),
      ...(verified.length > 0 && { images: JSON.stringify(images), 'failed-regions': JSON.stringify(failed) }),
      ...(atHome && { 'image-id': atHome })
    },
    report: describeReport(story),
    summary: summarize(story, error),
    ...(error !== undefined && { error })
  }
}

const describeReport = ({ run, verified }: VerifyStory): object => ({
  command: 'verify',
  run: run.id,
  level: run.inputs.level,
  images: verified.map(({ place, imageId, name, results, boot, error }) => ({
    place,
    imageId,
    name,
    checks: results,
    ...(boot && {
      bootSeconds: medianSeconds(boot),
      boots: boot.boots.map(({ instanceId, seconds, problem }) => ({ instanceId, seconds, problem })),
      tests: boot.tests.map(({ name: test, error: failure }) => ({ name: test, passed: !failure }))
    }),
    ...(error !== undefined && { error: error instanceof Error ? error.message : String(error) })
  }))
})
