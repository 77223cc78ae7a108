import { paginateListImagesInRecycleBin } from '@aws-sdk/client-ec2'
import type { Clients } from '../../../aws/aws.ts'
import type { Rule, RuleResourceTag } from '../../../aws/rbin.ts'
import type { RetentionRule, RuleTag } from '../facts.ts'
import { collect } from '../references/source.ts'

/** The rules of the Recycle Bin for images and for snapshots. */
export async function observeRules({ rbin }: Clients): Promise<RetentionRule[]> {
  const types = ['EC2_IMAGE', 'EBS_SNAPSHOT'] as const
  const found = await Promise.all(
    types.map(async type => (await rbin.readRules(type)).map(rule => toFacts(rule, type)))
  )
  return found.flat()
}

const toFacts = (rule: Rule, resourceType: RetentionRule['resourceType']): RetentionRule => ({
  id: rule.Identifier ?? '',
  resourceType,
  retentionDays: rule.RetentionPeriod?.RetentionPeriodValue ?? 0,
  isAvailable: rule.Status === 'available',
  tags: (rule.ResourceTags ?? []).map(toTag),
  excludedTags: (rule.ExcludeResourceTags ?? []).map(toTag)
})

const toTag = ({ ResourceTagKey: key = '', ResourceTagValue: value }: RuleResourceTag): RuleTag => ({
  key,
  ...(value !== undefined && { value })
})

/** Ids of the images that are in the Recycle Bin. */
export async function observeRecycled({ ec2 }: Clients): Promise<ReadonlySet<string>> {
  const pages = paginateListImagesInRecycleBin({ client: ec2, pageSize: 1000 }, {})
  const found = await collect(pages, page => page.Images)
  return new Set(found.flatMap(({ ImageId: id }) => id ?? []))
}
