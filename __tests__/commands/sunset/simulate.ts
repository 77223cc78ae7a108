import type { ImageFacts, PlaceFacts, SunsetFacts } from '../../../src/commands/sunset/facts.ts'
import { planSunset } from '../../../src/commands/sunset/plan/plan.ts'
import type { Decision } from '../../../src/commands/sunset/plan/plan-decision.ts'
import { noteAfter, noteBefore } from '../../../src/commands/sunset/plan/plan-journal.ts'
import type { Policy } from '../../../src/commands/sunset/policy.ts'
import { TAGS } from '../../../src/image/tags.ts'
import { DAY_MS } from './sunset-facts.ts'

/** A change that one call makes; a run may end between any two. */
type Change = (facts: SunsetFacts) => SunsetFacts

/** Carries out a plan, or its first `count` calls, as EC2 would. */
export function carryOut(facts: SunsetFacts, policy: Policy, count = Number.POSITIVE_INFINITY): SunsetFacts {
  const { decisions } = planSunset(facts, policy)
  return decisions
    .flatMap(decision => callsOf(decision, facts))
    .slice(0, count)
    .reduce((world, change) => change(world), facts)
}

/** How many calls a run would make. */
export const countCalls = (facts: SunsetFacts, policy: Policy): number =>
  planSunset(facts, policy).decisions.flatMap(decision => callsOf(decision, facts)).length

function callsOf({ subject, action, journal, unprotect }: Decision, { now }: SunsetFacts): Change[] {
  const { imageId } = subject.image
  const edit = (change: (image: ImageFacts) => ImageFacts): Change => onImage(imageId, change)
  const tag = (tags: Readonly<Record<string, string>>) =>
    edit(image => ({ ...image, tags: { ...image.tags, ...tags } }))
  const untag = (keys: readonly string[]) =>
    edit(image => ({
      ...image,
      tags: Object.fromEntries(Object.entries(image.tags).filter(([key]) => !keys.includes(key)))
    }))
  const noted = Object.keys(journal.set).length > 0 ? [tag(journal.set)] : []
  const removed = journal.remove.length > 0 ? [untag(journal.remove)] : []
  const off = unprotect ? [edit(image => ({ ...image, protection: `disabled after ${inADay(now)}` }))] : []
  const before = [...noted, ...removed, ...off]
  if (action === 'keep') return before
  const shared = { [TAGS.shared]: subject.sharing === 'nobody' ? 'none' : '1' }
  const intent = tag({ ...noteBefore(action, 'run'), ...(action === 'disable' && shared) })
  if (action === 'deprecate') {
    return [...before, intent, edit(image => ({ ...image, deprecatedAt: now })), tag(noteAfter(action, now))]
  }
  if (action === 'disable') {
    return [
      ...before,
      intent,
      edit(image => ({ ...image, state: 'disabled', isPublic: false })),
      tag(noteAfter(action, now))
    ]
  }
  return [...before, intent, remove(imageId)]
}

const inADay = (now: Date): string => new Date(now.getTime() + DAY_MS).toISOString()

const onImage =
  (imageId: string, change: (image: ImageFacts) => ImageFacts): Change =>
  facts =>
    onPlaces(facts, images => images.map(image => (image.imageId === imageId ? change(image) : image)))

const remove =
  (imageId: string): Change =>
  facts =>
    onPlaces(facts, images => images.filter(image => image.imageId !== imageId))

function onPlaces(facts: SunsetFacts, change: (images: readonly ImageFacts[]) => readonly ImageFacts[]): SunsetFacts {
  const onPlace = (place: PlaceFacts): PlaceFacts =>
    'unknown' in place.images ? place : { ...place, images: { value: change(place.images.value) } }
  return { ...facts, places: facts.places.map(onPlace) }
}

/** All images, wherever they are. */
export const imagesOf = ({ places }: SunsetFacts): ImageFacts[] =>
  places.flatMap(({ images }) => ('unknown' in images ? [] : images.value))

/** The same world at another time. */
export const at = (facts: SunsetFacts, now: Date): SunsetFacts => ({ ...facts, now })
