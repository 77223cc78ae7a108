import { toFamilyImage } from '../../../image/family-image.ts'
import { TAGS } from '../../../image/tags.ts'
import type { Recipe } from '../../../recipe/recipe.ts'
import type { ImageFacts } from '../facts.ts'
import { type Check, known, NOT_APPLICABLE, PASSED, unless } from './check.ts'

const REQUIRED = [
  TAGS.managed,
  TAGS.self,
  TAGS.family,
  TAGS.channel,
  TAGS.digest,
  TAGS.bakedAt,
  TAGS.validUntil
] as const

export const TAGGED: Check = {
  id: 'tags',
  severity: 'fail',
  expected: 'the tags of a bake, and those of the recipe',
  fix: 'Bake it again: an image without them is not managed.',
  judge: ({ image }, recipe) => {
    const { tags, isFinished } = toFamilyImage(image)
    const missing = REQUIRED.filter(key => tags[key] === undefined)
    return unless([
      ...missing.map(key => `${key} is missing`),
      ...(missing.includes(TAGS.self) || isFinished ? [] : [`${TAGS.self} names another image, ${tags[TAGS.self]}`]),
      ...otherTags(tags, recipe)
    ])
  }
}

function otherTags(tags: Readonly<Record<string, string>>, recipe: Recipe | undefined): string[] {
  const wanted = recipe ? { ...recipe.tags, [TAGS.family]: recipe.family } : {}
  return Object.entries(wanted).flatMap(([key, value]) =>
    tags[key] === value || tags[key] === undefined
      ? tags[key] === undefined
        ? [`${key} is missing`]
        : []
      : [`${key} is ${tags[key]}, not ${value}`]
  )
}

export const VALID: Check = {
  id: 'valid',
  severity: 'fail',
  expected: 'an image that is still valid',
  fix: 'Bake a new one.',
  judge: ({ image, now }) => {
    const { validUntil } = toFamilyImage(image)
    if (!validUntil) return { kind: 'failed', found: 'it does not say until when it is valid' }
    return unless(validUntil > now ? [] : [`it was valid until ${validUntil.toISOString().slice(0, 10)}`])
  }
}

export const BASE: Check = {
  id: 'base',
  severity: 'warn',
  expected: 'a base that is neither deprecated nor past its own validity',
  fix: 'Bake from a newer base.',
  judge: ({ base, now }) =>
    known(base, image => {
      if (!image) return NOT_APPLICABLE
      const { validUntil } = toFamilyImage(image)
      const deprecated = image.DeprecationTime && new Date(image.DeprecationTime) <= now
      return unless([
        ...(deprecated ? [`${image.ImageId} was deprecated on ${image.DeprecationTime?.slice(0, 10)}`] : []),
        ...(validUntil && validUntil <= now
          ? [`${image.ImageId} was valid until ${validUntil.toISOString().slice(0, 10)}`]
          : [])
      ])
    })
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-ancestry.html */
export const ANCESTRY: Check = {
  id: 'ancestry',
  severity: 'warn',
  expected: 'the image to come from the base that its tags tell of',
  fix: 'Find out who has made it: tags can be copied, ancestry can not.',
  judge: facts =>
    known(facts.ancestry, entries =>
      judgeAncestry(
        facts,
        entries.map(({ ImageId: id }) => id)
      )
    )
}

/** What was registered from snapshots has no ancestors. */
function judgeAncestry({ image }: ImageFacts, ids: readonly (string | undefined)[]) {
  const base = toFamilyImage(image).tags[TAGS.base]
  if (!base?.startsWith('ami-') || ids.length <= 1) return NOT_APPLICABLE
  return ids.includes(base) ? PASSED : unless([`its ancestors are ${ids.slice(1).join(', ')}, and not ${base}`])
}
