import { invalid } from './errors.ts'
import type { LockConfiguration, ResourceTag, RetainedType, RetentionPeriod } from './records.ts'

/** The longest retention in days. */
const MOST_DAYS: Readonly<Record<RetainedType, number>> = { EBS_SNAPSHOT: 365, EC2_IMAGE: 365, EBS_VOLUME: 7 }
const MOST_TAGS = 50
const MOST_EXCLUSIONS = 5

/** Errors: ValidationException. */
export function readType(type: string): RetainedType {
  const known = (Object.keys(MOST_DAYS) as RetainedType[]).find(each => each === type)
  if (known) return known
  throw invalid(`ResourceType must be one of ${Object.keys(MOST_DAYS).join(', ')}, not ${type.slice(0, 40)}`)
}

export function checkDescription(description: string | undefined): void {
  if (description !== undefined && !/^[\S ]{0,255}$/.test(description)) {
    throw invalid('Description must have at most 255 characters, and no line breaks')
  }
}

/** @see https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_RetentionPeriod.html */
export function checkPeriod(
  type: RetainedType,
  { RetentionPeriodValue: days, RetentionPeriodUnit: unit }: RetentionPeriod
) {
  if (unit !== 'DAYS') throw invalid(`RetentionPeriodUnit must be DAYS, not ${unit.slice(0, 40)}`)
  if (Number.isInteger(days) && days >= 1 && days <= MOST_DAYS[type]) return
  throw invalid(`RetentionPeriodValue must be from 1 to ${MOST_DAYS[type]} days for ${type}`)
}

/**
 * A rule is a tag-level one or has exclusion tags, not both.
 *
 * @see https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_CreateRule.html (ExcludeResourceTags)
 */
export function checkMatching(tags: readonly ResourceTag[], exclusions: readonly ResourceTag[]): void {
  if (tags.length > MOST_TAGS) throw invalid(`ResourceTags takes ${MOST_TAGS} tags at the most`)
  if (exclusions.length > MOST_EXCLUSIONS)
    throw invalid(`ExcludeResourceTags takes ${MOST_EXCLUSIONS} tags at the most`)
  if (tags.length > 0 && exclusions.length > 0) throw invalid('A tag-level retention rule has no exclusion tags')
  for (const { ResourceTagKey: key, ResourceTagValue: value = '' } of [...tags, ...exclusions]) {
    if (key === '' || key.length > 128) throw invalid('ResourceTagKey must have 1 to 128 characters')
    if (value.length > 256) throw invalid('ResourceTagValue must have at most 256 characters')
  }
}

/**
 * Only Region-level rules without exclusion tags can be locked.
 *
 * @see https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_LockRule.html
 */
export function checkLock({ UnlockDelay: delay }: LockConfiguration, isTagged: boolean): void {
  const { UnlockDelayValue: days, UnlockDelayUnit: unit } = delay
  if (isTagged) throw invalid('A retention rule with resource tags or exclusion tags cannot be locked')
  if (unit !== 'DAYS') throw invalid(`UnlockDelayUnit must be DAYS, not ${unit.slice(0, 40)}`)
  if (!(Number.isInteger(days) && days >= 7 && days <= 30)) throw invalid('UnlockDelayValue must be from 7 to 30 days')
}
