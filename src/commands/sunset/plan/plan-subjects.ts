import { TAGS } from '../../../image/tags.ts'
import type { ImageFacts, PlaceFacts, SunsetFacts } from '../facts.ts'
import type { Policy } from '../policy.ts'
import { bakedAt, isJournalTrue, type Stage, stageOf, stageSince } from './plan-life.ts'
import { type Sharing, sharingOf, type Worth, worthOf } from './plan-worth.ts'

/** An image of the family as a sunset sees it. */
export interface Subject {
  readonly place: PlaceFacts
  readonly image: ImageFacts
  readonly stage: Stage
  /** Absent where nobody knows: then it begins now. */
  readonly since?: Date
  readonly sharing: Sharing
  readonly worth: Worth
  /** Its next stage asks for what takes a read of its own, and that was not read. Until then it counts as unshared. */
  readonly isUnexamined: boolean
  /** Whether the journal tells of the stage that EC2 has it in. */
  readonly isJournalTrue: boolean
}

/** The images that may be retired at all: ours, finished, and the ones that their tags tell of. The newest come first. */
export function toSubjects({ places, now }: SunsetFacts, { family }: Policy): Subject[] {
  return places
    .flatMap(place => imagesOf(place).map(image => ({ place, image })))
    .filter(({ place, image }) => isOurs(image, place, family))
    .map(({ place, image }) => toSubject(place, image, now))
    .sort((a, b) => compareAge(b, a))
}

/** The images of a place, each once: pages may overlap. None where they could not be read. */
export const imagesOf = ({ images }: PlaceFacts): ImageFacts[] =>
  'unknown' in images ? [] : [...new Map(images.value.map(image => [image.imageId, image])).values()]

/** Tags travel with copies that others make: `self` tells those apart. */
const isOurs = ({ imageId, ownerId, tags }: ImageFacts, { account }: PlaceFacts, family: string): boolean =>
  ownerId === account && tags[TAGS.managed] === 'true' && tags[TAGS.self] === imageId && tags[TAGS.family] === family

function toSubject(place: PlaceFacts, image: ImageFacts, now: Date): Subject {
  const stage = stageOf(image, now)
  const since = stageSince(image, stage)
  const details = place.details.get(image.imageId)
  const isUnread = stage !== 'disabled' && !image.isPublic && details === undefined
  const sharing = isUnread ? 'nobody' : sharingOf(image, details)
  const worth = worthOf(image, sharing)
  const needsDetails = stage === 'current' ? worth === 'rejected' : stage !== 'other'
  return {
    place,
    image,
    stage,
    sharing,
    worth,
    isUnexamined: needsDetails && details === undefined,
    isJournalTrue: isJournalTrue(image, stage),
    ...(since && { since })
  }
}

/** Oldest first, whatever the order that EC2 answered in; what does not say when it was baked is the oldest. */
export const compareAge = (a: Subject, b: Subject): number => ageOf(a) - ageOf(b) || (keyOf(a) < keyOf(b) ? -1 : 1)

const ageOf = ({ image }: Subject): number => bakedAt(image)?.getTime() ?? 0
const keyOf = ({ place, image }: Subject): string => `${image.imageId} ${place.place}`
