import type { Resource } from '../world/records.ts'
import type { Region } from '../world/region.ts'
import type { ResourceTag, RetainedType, RetentionRule } from './records.ts'

/**
 * For how many days the account's rules retain a resource that is deleted now; undefined if none does. Where several
 * match, the longest period counts; a rule that is still pending retains nothing.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/recycle-bin-considerations.html
 */
export function retentionDays(type: RetainedType, resource: Resource, region: Region): number | undefined {
  const days = [...region.retentionRules.values()]
    .filter(({ ownerId, rule }) => ownerId === resource.ownerId && rule.ResourceType === type)
    .filter(({ rule }) => rule.Status === 'available' && retains(rule, resource.tags))
    .map(({ rule }) => rule.RetentionPeriod.RetentionPeriodValue)
  return days.length > 0 ? Math.max(...days) : undefined
}

/** Tag-level rules want one of their tags; Region-level ones take all but what has one of their exclusion tags. */
function retains(
  { ResourceTags: wanted, ExcludeResourceTags: excluded }: RetentionRule,
  tags: Resource['tags']
): boolean {
  const has = ({ ResourceTagKey: key, ResourceTagValue: value }: ResourceTag) =>
    tags.has(key) && (value === undefined || tags.get(key) === value)
  return wanted.length > 0 ? wanted.some(has) : !excluded.some(has)
}
