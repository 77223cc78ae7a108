import { TAGS } from '../../../image/tags.ts'
import type { ImageFacts } from '../facts.ts'
import type { Policy } from '../policy.ts'

/** How far an image is on its way out, by what EC2 says of it; `other` where it can't be launched for another reason. */
export type Stage = 'current' | 'deprecated' | 'disabled' | 'other'

/** EC2 takes no date of the past, and rounds to minutes: one that is about to come has come. */
const ABOUT_TO_COME_MS = 5 * 60_000

/** The journal's words by stage: what was done to get there, and what was to be done next when it was written. */
const JOURNAL: Readonly<Record<Stage, readonly (string | undefined)[]>> = {
  current: [undefined, 'deprecating'],
  deprecated: ['deprecated', 'disabling'],
  disabled: ['disabled', 'deregistering'],
  other: []
}

/** The stage of an image. Once the journal has it as deprecated, a clock that goes backwards does not undo that. */
export function stageOf({ state, deprecatedAt, tags }: ImageFacts, now: Date): Stage {
  if (state === 'disabled') return 'disabled'
  if (state !== 'available') return 'other'
  if (!deprecatedAt) return 'current'
  const hasCome = deprecatedAt.getTime() <= now.getTime() + ABOUT_TO_COME_MS
  return hasCome || JOURNAL.deprecated.includes(tags[TAGS.stage]) ? 'deprecated' : 'current'
}

/** Whether the journal tells of the stage that EC2 has the image in. */
export const isJournalTrue = (image: ImageFacts, stage: Stage): boolean =>
  JOURNAL[stage].includes(image.tags[TAGS.stage])

/** Since when the image is in its stage; undefined where the journal does not know, or EC2 contradicts it. */
export function stageSince(image: ImageFacts, stage: Stage): Date | undefined {
  const noted = dateOf(image.tags[TAGS.stageSince])
  if (!noted || !isJournalTrue(image, stage)) return undefined
  const { deprecatedAt } = image
  return stage === 'deprecated' && deprecatedAt && deprecatedAt > noted ? deprecatedAt : noted
}

/** Since when it is published; undefined where it is not, or not any more. */
export const publishedAt = ({ tags }: ImageFacts): Date | undefined =>
  tags[TAGS.superseded] === undefined ? dateOf(tags[TAGS.published]) : undefined

export const isPublishedImage = (image: ImageFacts): boolean => publishedAt(image) !== undefined

export const wasPublished = ({ tags }: ImageFacts): boolean => tags[TAGS.published] !== undefined

export const hasPassed = ({ tags }: ImageFacts): boolean => /^passed\b/.test(tags[TAGS.verified] ?? '')

export const hasFailed = ({ tags }: ImageFacts): boolean => /^failed\b/.test(tags[TAGS.verified] ?? '')

export const isTest = ({ tags }: ImageFacts): boolean => tags[TAGS.channel] === 'test'

export const bakedAt = ({ tags }: ImageFacts): Date | undefined => dateOf(tags[TAGS.bakedAt])

/** The same for an image and its copies, wherever they are. */
export const versionOf = ({ imageId, tags }: ImageFacts): string =>
  tags[TAGS.bakedAt] ? `${tags[TAGS.bakedAt]} ${tags[TAGS.digest] ?? ''}` : imageId

/** The end of the window; undefined where nobody knows when it began. */
export function expiresAt(image: ImageFacts, { validForSeconds }: Policy): Date | undefined {
  const baked = bakedAt(image)
  return dateOf(image.tags[TAGS.validUntil]) ?? (baked && later(baked, validForSeconds))
}

export const later = (date: Date, seconds: number): Date => new Date(date.getTime() + seconds * 1000)

/** The date that a tag holds; undefined where it holds none. */
export function dateOf(text: string | undefined): Date | undefined {
  if (!text || !/^\d{4}-/.test(text)) return undefined
  const date = new Date(text)
  return Number.isNaN(date.getTime()) ? undefined : date
}
