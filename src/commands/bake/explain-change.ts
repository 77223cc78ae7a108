import type { Image } from '@aws-sdk/client-ec2'
import { type FamilyImage, toFamilyImage } from '../../image/family-image.ts'
import { TAGS } from '../../image/tags.ts'
import type { Wanted } from './reuse.ts'

/** Why no image of the family will do: what its newest one has that the wanted one has not. */
export function explainChange({ digest, baseImageId }: Wanted, family: readonly Image[], channel: string): string {
  const newest = family
    .map(toFamilyImage)
    .filter(({ isFinished, tags }) => isFinished && tags[TAGS.channel] === channel)
    .sort((a, b) => (b.bakedAt?.getTime() ?? 0) - (a.bakedAt?.getTime() ?? 0))[0]
  if (!newest) return `there is no image of this family in the channel ${channel} yet`
  const { imageId, tags } = newest
  if (tags[TAGS.digest] === digest) return `${imageId} has the same content, but ${explainState(newest)}`
  if (tags[TAGS.base] !== baseImageId)
    return `the base moved from ${tags[TAGS.base]} to ${baseImageId} since ${imageId}`
  return `the recipe changed since ${imageId}`
}

function explainState({ state, tags }: FamilyImage): string {
  if (/^failed\b/.test(tags[TAGS.verified] ?? '')) return 'it failed its verification'
  if (state !== 'available') return `it is ${state}`
  return 'it is on its way out: deprecated, or at a stage of sunset'
}
