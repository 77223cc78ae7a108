import type { PlaceFacts, RetentionRule, RuleTag, SnapshotFacts } from '../facts.ts'
import type { Subject } from './plan-subjects.ts'

type Tags = Readonly<Record<string, string>>

/**
 * For how many days the Recycle Bin keeps a resource with these tags; 0 if no rule does. The longest period counts; a rule
 * that is still pending keeps nothing.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/recycle-bin-considerations.html
 */
export function retentionDays(
  rules: readonly RetentionRule[],
  resourceType: RetentionRule['resourceType'],
  tags: Tags
): number {
  const days = rules
    .filter(rule => rule.resourceType === resourceType && rule.isAvailable && keeps(rule, tags))
    .map(rule => rule.retentionDays)
  return Math.max(0, ...days)
}

/** A rule with tags wants one of them; one for the region takes all but what has one that is excluded. */
function keeps({ tags: wanted, excludedTags }: RetentionRule, tags: Tags): boolean {
  const has = ({ key, value }: RuleTag) => tags[key] !== undefined && (value === undefined || tags[key] === value)
  return wanted.length > 0 ? wanted.some(has) : !excludedTags.some(has)
}

/** Why the Recycle Bin would not bring an image back whole, as a sentence; undefined where it would. */
export function findBinProblem({ image, place }: Subject): string | undefined {
  if ('unknown' in place.bin) return `the Recycle Bin's rules could not be read: ${place.bin.unknown.message}`
  const imageDays = retentionDays(place.bin.value, 'EC2_IMAGE', image.tags)
  if (imageDays === 0) return 'no rule of the Recycle Bin keeps the image'
  const short = snapshotsOf({ image, place })
    .map(({ snapshotId, tags }) => ({ snapshotId, days: daysOf(place.bin, tags) }))
    .find(({ days }) => days < imageDays)
  if (!short) return undefined
  return `the Recycle Bin keeps the image for ${imageDays} d, its snapshot ${short.snapshotId} for ${short.days} d`
}

const daysOf = (bin: PlaceFacts['bin'], tags: Tags): number =>
  'unknown' in bin ? 0 : retentionDays(bin.value, 'EBS_SNAPSHOT', tags)

/** The snapshots of an image, as far as they are known. */
export function snapshotsOf({ image, place }: Pick<Subject, 'image' | 'place'>): SnapshotFacts[] {
  const known = indexOf(place.snapshots)
  return image.snapshotIds.flatMap(id => known.get(id) ?? [])
}

/** Made once for each place, however many images ask. */
const indexes = new WeakMap<object, ReadonlyMap<string, SnapshotFacts>>()

function indexOf(snapshots: PlaceFacts['snapshots']): ReadonlyMap<string, SnapshotFacts> {
  if ('unknown' in snapshots) return new Map()
  const known = indexes.get(snapshots) ?? new Map(snapshots.value.map(each => [each.snapshotId, each]))
  indexes.set(snapshots, known)
  return known
}
