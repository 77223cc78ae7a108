import { toFamilyImage } from '../../image/family-image.ts'
import { TAGS } from '../../image/tags.ts'
import type { Outcome } from '../../run.ts'
import { sayPlace } from '../place.ts'
import { gibMoved } from './describe-plan.ts'
import type { Source } from './facts.ts'
import type { CopyStory } from './story.ts'
import { summarize } from './summary.ts'

/** Outputs, report and summary of a copy, whether it succeeded or not. */
export function describeOutcome(story: CopyStory, error?: unknown): Outcome {
  return {
    outputs: { ...describeSource(story), ...describeImages(story), ...describePlans(story) },
    report: describeReport(story),
    summary: summarize(story, error),
    ...(error !== undefined && { error })
  }
}

function describeSource({ source }: CopyStory): Outcome['outputs'] {
  if (!source) return {}
  const { tags, validUntil } = toFamilyImage(source.image)
  return {
    ...(tags[TAGS.digest] && { digest: tags[TAGS.digest] }),
    ...(validUntil && { 'valid-until': validUntil.toISOString() })
  }
}

/** Every region that has the image; the source's, too, where it is this account's. */
function describeImages({ run, kind, source, deliveries }: CopyStory): Outcome['outputs'] {
  if (!source || !deliveries) return {}
  const delivered = deliveries.flatMap(({ plan, imageId }) => (imageId ? [[sayPlace(plan.place), imageId]] : []))
  const images = { ...(kind === 'copy' && ofSource(source)), ...Object.fromEntries(delivered) }
  const failed = deliveries.flatMap(({ plan, error }) => (error === undefined ? [] : [sayPlace(plan.place)]))
  const atHome = images[run.inputs.awsRegion]
  return {
    images: JSON.stringify(images),
    'failed-regions': JSON.stringify(failed),
    ...(atHome && { 'image-id': atHome })
  }
}

const ofSource = ({ isOwn, region, image }: Source): Record<string, string> =>
  isOwn ? { [region]: image.ImageId } : {}

function describePlans({ plans }: CopyStory): Outcome['outputs'] {
  if (!plans) return {}
  const shown = plans.map(({ place, imageName, volumes, action }) => ({ ...place, imageName, volumes, action }))
  return { plan: JSON.stringify(shown) }
}

function describeReport({ run, kind, source, plans = [], deliveries = [] }: CopyStory): object {
  return {
    command: kind,
    run: run.id,
    ...(source && { source: { region: source.region, imageId: source.image.ImageId, name: source.image.Name } }),
    targets: plans.map(plan => {
      const { imageId, error } = deliveries.find(each => each.plan === plan) ?? {}
      return {
        place: sayPlace(plan.place),
        name: plan.imageName,
        action: plan.action.kind,
        volumes: plan.volumes,
        gibMovedAtMost: gibMoved(plan),
        ...(imageId && { imageId }),
        ...(error !== undefined && { error: error instanceof Error ? error.message : String(error) })
      }
    })
  }
}
