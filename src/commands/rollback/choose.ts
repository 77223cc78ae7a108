import type { Image } from '@aws-sdk/client-ec2'
import { AmiError } from '../../errors.ts'
import { type FamilyImage, isPublished, isSameBake, toFamilyImage, wasGood } from '../../image/family-image.ts'
import { TAGS } from '../../image/tags.ts'
import type { PlaceFacts } from './facts.ts'

/** From which bake to which; copies elsewhere are told by their tags. */
export interface Choice {
  readonly bad: Image
  readonly target: Image
}

export interface ChoiceRules {
  readonly family: string
  /** The image that is asked for, at home. */
  readonly imageId?: string
  /** Whether an image is taken that is not known to be good. */
  readonly force: boolean
}

/**
 * Chooses what is gone back from and to, by the first place, home: from what instances are launched from, to the newest
 * good image before it, or to the one that is asked for. Where a rollback was interrupted, it is taken up: the image that
 * it has marked is still launched somewhere. Errors: INPUT where there is nothing to go back to.
 */
export function chooseTarget(places: readonly PlaceFacts[], { family, imageId, force }: ChoiceRules): Choice {
  const [home] = places
  const known = home?.family ?? []
  const bad = findInterrupted(places) ?? (home && launchedImage(home))
  if (!bad) throw refuse(`an image of the family ${family} that is published, found none`, 'Publish one first.')
  const target = imageId ? findAsked(known, imageId, force) : newestBefore(known, bad)
  const from = toFamilyImage(bad)
  if (!target) throw refuse(`a good image before ${from.imageId}, found none`, 'Name one with `image-id`, or bake.')
  if (isSameBake(target, bad) && imageId === from.imageId)
    throw refuse(`another image than ${imageId}, from which instances are launched already`, 'Name another one.')
  return { bad, target }
}

/** The image that instances are launched from at a place: what the parameter holds, else the template, else by its tags. */
export function launchedImage(facts: PlaceFacts): Image | undefined {
  return pointedImages(facts)[0] ?? facts.family.filter(isPublished).sort(byAge).at(-1)
}

/** What the parameter and the template of a place name, in this order: different images, where a run was interrupted. */
function pointedImages({ family, parameter, template }: PlaceFacts): Image[] {
  const ids = [parameter?.versions.at(-1)?.value, template?.versions.find(({ isDefault }) => isDefault)?.imageId]
  return ids.flatMap(id => family.find(image => image.ImageId === id) ?? [])
}

/**
 * What a place is launched from although it, or a copy of it elsewhere, has been marked; or what is marked and still stands
 * there as published: that is taken off it last.
 */
function findInterrupted(places: readonly PlaceFacts[]): Image | undefined {
  const held = places.flatMap(({ family }) =>
    family.filter(image => toFamilyImage(image).tags[TAGS.rolledBack] !== undefined)
  )
  const isHeld = (image: Image) => held.some(each => each.ImageId === image.ImageId || isSameBake(each, image))
  return places.flatMap(facts => [...pointedImages(facts), ...facts.family.filter(isPublished)]).find(isHeld)
}

function findAsked(family: readonly Image[], imageId: string, force: boolean): Image {
  const found = family.find(image => image.ImageId === imageId)
  if (!found) throw refuse(`an image of the family, found ${imageId}, which is none`, 'Name one of this recipe.')
  const { state, tags } = toFamilyImage(found)
  const verified = tags[TAGS.verified] ?? 'never'
  if (state !== 'available' && state !== 'disabled')
    throw refuse(`an image that can be launched, found ${imageId}, which is ${state}`, 'Name another one.')
  if (force || (wasVerified(tags) && tags[TAGS.rolledBack] === undefined)) return found
  const why = tags[TAGS.rolledBack] === undefined ? `verified: ${verified}` : `rolled back: ${tags[TAGS.rolledBack]}`
  throw refuse(
    `an image that is known to be good, found ${imageId} (${why})`,
    'Set `force: true` to take it all the same.'
  )
}

const wasVerified = (tags: FamilyImage['tags']): boolean => tags[TAGS.verified]?.startsWith('passed ') ?? false

const newestBefore = (family: readonly Image[], bad: Image): Image | undefined =>
  family
    .filter(image => wasGood(image) && byAge(image, bad) < 0)
    .sort(byAge)
    .at(-1)

const byAge = (one: Image, other: Image): number => bakedAt(one) - bakedAt(other)

const bakedAt = (image: Image): number => toFamilyImage(image).bakedAt?.getTime() ?? 0

const refuse = (expected: string, hint: string): AmiError => new AmiError('INPUT', `Expected ${expected}`, { hint })
