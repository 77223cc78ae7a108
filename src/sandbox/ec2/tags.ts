import type { ResourceType, Tag, TagSpecification } from '@aws-sdk/client-ec2'
import { invalidValue, ServiceError } from '../errors.ts'

const MAX_TAGS = 50
const MAX_KEY = 128
const MAX_VALUE = 256

/** Tags as EC2 answers them; undefined where there are none, or where the caller is not the owner and may not see them. */
export function tagSet(
  resource: { ownerId: string; tags: ReadonlyMap<string, string> },
  account: string
): Tag[] | undefined {
  if (resource.ownerId !== account || resource.tags.size === 0) return undefined
  return [...resource.tags].map(([Key, Value]) => ({ Key, Value }))
}

const NO_TAGS: ReadonlyMap<string, string> = new Map()

/** A resource as this account's filters see it: tags are their owner's alone. */
export const asSeenBy = <T extends { ownerId: string; tags: ReadonlyMap<string, string> }>(
  account: string,
  resource: T
): T => (resource.ownerId === account ? resource : { ...resource, tags: NO_TAGS })

/**
 * The tags that a create request gives to resources of this type.
 * Errors: InvalidParameterValue for a type that the request does not create.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TagSpecification.html
 */
export function tagsFor(
  type: ResourceType,
  specifications: readonly TagSpecification[] | undefined,
  creates: readonly ResourceType[]
): Map<string, string> {
  const tags = new Map<string, string>()
  for (const { ResourceType: given, Tags: list = [] } of specifications ?? []) {
    if (!given || !creates.includes(given)) {
      throw invalidValue('TagSpecification.ResourceType', String(given), `one of ${creates.join(', ')}`)
    }
    if (given === type) addTags(tags, list)
  }
  return tags
}

/** Sets tags on a resource, refusing what EC2 refuses: too many, too long, or of the reserved prefix. */
export function addTags(tags: Map<string, string>, list: readonly Tag[]): void {
  for (const { Key: key = '', Value: value = '' } of list) {
    if (key === '' || key.length > MAX_KEY)
      throw invalidValue('Tag.Key', key.slice(0, 40), `1 to ${MAX_KEY} characters`)
    if (value.length > MAX_VALUE) throw invalidValue('Tag.Value', value.slice(0, 40), `up to ${MAX_VALUE} characters`)
    if (key.startsWith('aws:')) throw reserved()
    tags.set(key, value)
  }
  if (tags.size > MAX_TAGS) throw new ServiceError('TagLimitExceeded', `A resource takes ${MAX_TAGS} tags at the most`)
}

/** The refusal to set or delete a tag of AWS's own. */
export const reserved = (): ServiceError =>
  new ServiceError('InvalidParameterValue', `Tag keys starting with 'aws:' are reserved for internal use`)
