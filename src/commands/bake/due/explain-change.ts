import type { Image } from '@aws-sdk/client-ec2'
import { type FamilyImage, toFamilyImage } from '../../../image/family-image.ts'
import { TAGS } from '../../../image/tags.ts'
import { compareParts } from '../../../recipe/digest.ts'
import type { Wanted } from './reuse.ts'

/** Why no image of the family will do: what its newest one has that the wanted one has not. */
export function explainChange(
  { digest, parts, baseImageId }: Wanted,
  family: readonly Image[],
  channel: string
): string {
  const newest = family
    .map(toFamilyImage)
    .filter(({ isFinished, tags }) => isFinished && tags[TAGS.channel] === channel)
    .sort((a, b) => (b.bakedAt?.getTime() ?? 0) - (a.bakedAt?.getTime() ?? 0))[0]
  if (!newest) return `there is no image of this family in the channel ${channel} yet`
  const { imageId, tags } = newest
  if (tags[TAGS.digest] === digest) return `${imageId} has the same content, but ${explainState(newest)}`
  if (tags[TAGS.base] !== baseImageId)
    return `the base moved from ${tags[TAGS.base]} to ${baseImageId} since ${imageId}`
  return `${sayParts(compareParts(tags[TAGS.content] ?? '', parts))} changed since ${imageId}`
}

/** Without the parts of the older image all of them differ, which says nothing. */
function sayParts(parts: readonly string[]): string {
  const names = parts.filter(name => name !== 'seal')
  if (names.length === 0 && parts.length > 0) return 'the way this action seals'
  return names.length === 0 || names.includes('base') ? 'the recipe' : `the recipe (${names.join(', ')})`
}

function explainState({ state, tags }: FamilyImage): string {
  if (/^failed\b/.test(tags[TAGS.verified] ?? '')) return 'it failed its verification'
  if (state !== 'available') return `it is ${state}`
  return 'it is on its way out: deprecated, or at a stage of sunset'
}
