import { TAGS } from '../../../image/tags.ts'
import type { ImageDetails, ImageFacts } from '../facts.ts'
import { hasFailed, hasPassed, isTest, wasPublished } from './plan-life.ts'

/**
 * What would be lost with an image. `released`: somebody may rely on it, or could. `unproven`: nobody else has seen it, and
 * it was never verified. `rejected`: nobody else has seen it, and it failed or was baked as a test.
 */
export type Worth = 'released' | 'unproven' | 'rejected'

/** With whom it is shared, as far as is known; a disabled one: with whom it was. */
export type Sharing = 'nobody' | 'others' | 'unknown'

export function sharingOf(image: ImageFacts, details: ImageDetails | undefined): Sharing {
  if (image.isPublic) return 'others'
  const saved = image.tags[TAGS.shared]
  if (image.state === 'disabled') return saved === undefined ? 'unknown' : saved === 'none' ? 'nobody' : 'others'
  if (!details || 'unknown' in details.launchPermissions) return 'unknown'
  return details.launchPermissions.value.length > 0 ? 'others' : 'nobody'
}

export function worthOf(image: ImageFacts, sharing: Sharing): Worth {
  if (sharing !== 'nobody' || wasPublished(image)) return 'released'
  if (hasFailed(image) || isTest(image)) return 'rejected'
  return hasPassed(image) ? 'released' : 'unproven'
}
