import { TAGS } from '../../image/tags.ts'
import type {
  JudgedInstance,
  JudgedPlace,
  JudgedSource,
  KnownImage,
  LaunchSource,
  PlaceFacts,
  Verdict
} from './facts.ts'

/** Whose images instances may run from. */
export interface Approval {
  readonly families: readonly string[]
  readonly owners: readonly string[]
  readonly imageIds: ReadonlySet<string>
  readonly channel: string
}

/** Judges all that runs at a place, and all that would be launched there; pure. */
export function judgePlace(facts: PlaceFacts, approval: Approval, now: Date): JudgedPlace {
  const verdicts = new Map<string, Verdict>()
  const judge = (imageId: string): Verdict => {
    const known = verdicts.get(imageId) ?? judgeImage(facts.images.get(imageId), approval, now)
    verdicts.set(imageId, known)
    return known
  }
  const instances = facts.instances.map((instance): JudgedInstance => {
    const image = facts.images.get(instance.imageId)
    return { instance, verdict: judge(instance.imageId), ...(image && { image }) }
  })
  const sources = facts.sources.map(source => judgeSource(source, judge))
  const hasApproved = [...facts.images.keys()].some(id => judge(id) === 'approved')
  return { place: facts.place, instances, sources, hasApproved, oneTimeSpot: facts.oneTimeSpot }
}

/** The worst that it would launch. */
function judgeSource(source: LaunchSource, judge: (imageId: string) => Verdict): JudgedSource {
  const verdicts = source.imageIds.map(judge)
  const worst = verdicts.find(verdict => verdict !== 'approved' && verdict !== 'unknown')
  const isUnknown = verdicts.length === 0 || verdicts.includes('unknown')
  return { source, verdict: worst ?? (isUnknown ? 'unknown' : 'approved') }
}

/**
 * What an image is worth; pure. Its owner's word counts: the tags are those that the home account sees on its own images.
 * One that nothing is known of is unknown, never bad.
 */
export function judgeImage(image: KnownImage | undefined, approval: Approval, now: Date): Verdict {
  if (!image) return 'unknown'
  if (image.state === 'deregistered' || image.state === 'disabled') return image.state
  if (!isApproved(image, approval)) return 'not approved'
  if (isPast(image.deprecatedAt, now)) return 'deprecated'
  if (isPast(toDate(image.tags?.[TAGS.validUntil]), now)) return 'expired'
  return image.state === 'available' ? 'approved' : 'not approved'
}

/** One that failed its verification, or was rolled back, is not, whoever names it. */
function isApproved(image: KnownImage, approval: Approval): boolean {
  const { imageId, owners, tags = {} } = image
  if (/^failed\b/.test(tags[TAGS.verified] ?? '') || tags[TAGS.rolledBack] !== undefined) return false
  return (
    approval.imageIds.has(imageId) ||
    owners.some(owner => approval.owners.includes(owner)) ||
    isOfFamily(image, approval)
  )
}

function isOfFamily({ imageId, tags = {} }: KnownImage, { channel, families }: Approval): boolean {
  const isFinished = tags[TAGS.self] === imageId
  return isFinished && tags[TAGS.channel] === channel && families.includes(tags[TAGS.family] ?? '')
}

const isPast = (date: Date | undefined, now: Date): boolean => date !== undefined && date.getTime() <= now.getTime()

/** Undefined where the text is no date. */
export function toDate(text: string | undefined): Date | undefined {
  const date = new Date(text ?? Number.NaN)
  return Number.isNaN(date.getTime()) ? undefined : date
}
