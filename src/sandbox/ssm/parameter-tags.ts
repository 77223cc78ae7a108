import type {
  AddTagsToResourceRequest,
  AddTagsToResourceResult,
  ListTagsForResourceRequest,
  ListTagsForResourceResult
} from '@aws-sdk/client-ssm'
import { ServiceError } from '../errors.ts'
import type { Call, Handler, Handlers } from '../handler.ts'
import type { ParameterRecord } from '../world/records.ts'

const MAX_TAGS = 50

/** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AddTagsToResource.html */
const addTags: Handler<AddTagsToResourceRequest, AddTagsToResourceResult> = (input, call) => {
  const { tags } = findOwn(input.ResourceType, input.ResourceId, call)
  const merged = new Map([...tags, ...(input.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value] as const)])
  if (merged.size > MAX_TAGS) {
    throw new ServiceError('TooManyTagsError', `The resource cannot have more than ${MAX_TAGS} tags`)
  }
  for (const [key, value] of merged) tags.set(key, value)
  return {}
}

/** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListTagsForResource.html */
const listTags: Handler<ListTagsForResourceRequest, ListTagsForResourceResult> = (input, call) => {
  const { tags } = findOwn(input.ResourceType, input.ResourceId, call)
  return { TagList: [...tags].map(([Key, Value]) => ({ Key, Value })) }
}

function findOwn(type = '', id = '', { region, account }: Call): ParameterRecord {
  if (type !== 'Parameter') {
    throw new ServiceError('InvalidResourceType', `The sandbox has tags for the resource type Parameter, not ${type}`)
  }
  const record = region.parameters.get(`${account}/${id}`)
  if (!record) throw new ServiceError('InvalidResourceId', `${id.slice(0, 100)} is not a parameter of this account`)
  return record
}

export const parameterTagHandlers = { AddTagsToResource: addTags, ListTagsForResource: listTags } satisfies Handlers
