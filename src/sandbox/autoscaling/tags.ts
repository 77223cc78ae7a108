import type {
  CreateOrUpdateTagsType,
  DeleteTagsType,
  DescribeTagsType,
  Filter,
  Tag,
  TagDescription,
  TagsType
} from '@aws-sdk/client-auto-scaling'
import type { Call, Handler, Handlers } from '../handler.ts'
import { compileWildcards } from '../world/wildcards.ts'
import { validationError } from './errors.ts'
import { findGroup } from './names.ts'
import { paginate } from './pages.ts'
import type { GroupRecord, GroupTag } from './records.ts'

const MAX_TAGS = 50

/** The tags of a request for one group. Errors: ValidationError. */
export function readTags(tags: readonly Tag[] | undefined): [string, GroupTag][] {
  return (tags ?? []).map(({ Key: key = '', Value: value = '', PropagateAtLaunch: propagates = false }) => {
    if (key === '' || key.length > 128) throw validationError('A tag key has 1 to 128 characters.')
    if (value.length > 256) throw validationError('A tag value has up to 256 characters.')
    if (key.startsWith('aws:')) throw validationError('Tag keys starting with aws: are reserved for internal use.')
    return [key, { value, propagates }]
  })
}

/** A group's tags as they are answered. */
export const describeTagsOf = ({ group, tags }: GroupRecord): TagDescription[] =>
  [...tags].map(([Key, { value, propagates }]) => ({
    ResourceId: group.AutoScalingGroupName,
    ResourceType: 'auto-scaling-group',
    Key,
    Value: value,
    PropagateAtLaunch: propagates
  }))

/**
 * Sets tags of groups. Instances that run already do not get them.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateOrUpdateTags.html
 */
const createOrUpdateTags: Handler<CreateOrUpdateTagsType, undefined> = (input, call) => {
  const changes = (input.Tags ?? []).map(tag => ({ record: groupOf(tag, call), tags: readTags([tag]) }))
  for (const { record, tags } of changes) {
    const keys = new Set([...record.tags.keys(), ...tags.map(([key]) => key)])
    if (keys.size > MAX_TAGS) throw validationError(`An Auto Scaling group takes ${MAX_TAGS} tags at the most.`)
  }
  for (const { record, tags } of changes) for (const [key, tag] of tags) record.tags.set(key, tag)
  return undefined
}

function groupOf({ ResourceId, ResourceType: type = 'auto-scaling-group' }: Tag, call: Call): GroupRecord {
  if (type === 'auto-scaling-group') return findGroup(ResourceId, call)
  throw validationError(`The resource type '${type.slice(0, 60)}' is not supported: auto-scaling-group is.`)
}

/**
 * Deletes tags of groups; what is not there is no error.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteTags.html
 */
const deleteTags: Handler<DeleteTagsType, undefined> = (input, call) => {
  const changes = (input.Tags ?? []).map(tag => ({ record: groupOf(tag, call), key: tag.Key ?? '' }))
  for (const { record, key } of changes) record.tags.delete(key)
  return undefined
}

const FIELDS: Readonly<Record<string, (tag: TagDescription) => string | undefined>> = {
  'auto-scaling-group': tag => tag.ResourceId,
  key: tag => tag.Key,
  value: tag => tag.Value,
  'propagate-at-launch': tag => String(tag.PropagateAtLaunch)
}

/**
 * Describes the tags of all groups.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeTags.html
 */
const describeTags: Handler<DescribeTagsType, TagsType> = (input, { region, account }) => {
  const tests = (input.Filters ?? []).map(compileTagFilter)
  const groups = [...region.autoScalingGroups.values()].filter(({ ownerId }) => ownerId === account)
  const tags = groups.flatMap(describeTagsOf).filter(tag => tests.every(test => test(tag)))
  const { page, ...more } = paginate(tags, input)
  return { Tags: page, ...more }
}

function compileTagFilter({ Name: name = '', Values: values = [] }: Filter): (tag: TagDescription) => boolean {
  const field = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined
  if (!field) throw validationError(`Filter type ${name.slice(0, 60)} is not correct.`)
  const patterns = values.map(compileWildcards)
  return tag => patterns.some(matches => matches(field(tag) ?? ''))
}

export const tagHandlers = {
  CreateOrUpdateTags: createOrUpdateTags,
  DeleteTags: deleteTags,
  DescribeTags: describeTags
} satisfies Handlers
