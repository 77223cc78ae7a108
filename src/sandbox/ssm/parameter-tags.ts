import type {
  AddTagsToResourceRequest,
  AddTagsToResourceResult,
  ListTagsForResourceRequest,
  ListTagsForResourceResult,
  RemoveTagsFromResourceRequest,
  RemoveTagsFromResourceResult,
  Tag
} from '@aws-sdk/client-ssm'
import { ServiceError } from '../errors.ts'
import type { Call, Handler, Handlers } from '../handler.ts'
import type { ParameterRecord } from '../world/records.ts'
import { validation } from './pages.ts'

const MAX_TAGS = 50

/**
 * Sets tags of a parameter.
 *
 * @lacks tags of anything but parameters
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AddTagsToResource.html
 */
const addTags: Handler<AddTagsToResourceRequest, AddTagsToResourceResult> = (input, call) => {
  const { tags } = findTagged(input.ResourceType, input.ResourceId, call)
  const given = readTags(input.Tags)
  if (new Set([...tags.keys(), ...given.keys()]).size > MAX_TAGS) throw tooMany()
  for (const [key, value] of given) tags.set(key, value)
  return {}
}

/**
 * Takes tags off a parameter.
 *
 * @lacks tags of anything but parameters
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RemoveTagsFromResource.html
 */
const removeTags: Handler<RemoveTagsFromResourceRequest, RemoveTagsFromResourceResult> = (input, call) => {
  const { tags } = findTagged(input.ResourceType, input.ResourceId, call)
  for (const key of input.TagKeys ?? []) tags.delete(key)
  return {}
}

/**
 * Lists the tags of a parameter.
 *
 * @lacks tags of anything but parameters
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListTagsForResource.html
 */
const listTags: Handler<ListTagsForResourceRequest, ListTagsForResourceResult> = (input, call) => {
  const { tags } = findTagged(input.ResourceType, input.ResourceId, call)
  return { TagList: [...tags].map(([Key, Value]) => ({ Key, Value })) }
}

/**
 * The tags that a request gives. Errors: ValidationException, TooManyTagsError.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Tag.html
 */
export function readTags(list: readonly Tag[] = []): Map<string, string> {
  for (const { Key: key = '', Value: value = '' } of list) {
    if (!/^.{1,128}$/s.test(key) || value.length > 256 || /^aws:/i.test(key)) {
      throw validation(`The tag ${key.slice(0, 60)} is not valid: keys have 1 to 128 characters and no prefix aws:`)
    }
  }
  if (list.length > MAX_TAGS) throw tooMany()
  return new Map(list.map(({ Key = '', Value = '' }) => [Key, Value]))
}

const tooMany = (): ServiceError =>
  new ServiceError('TooManyTagsError', `The resource cannot have more than ${MAX_TAGS} tags`)

function findTagged(type = '', id = '', { region, account }: Call): ParameterRecord {
  if (type !== 'Parameter') {
    throw new ServiceError('InvalidResourceType', `The sandbox has tags for the resource type Parameter, not ${type}`)
  }
  const record = region.parameters.get(`${account}/${id}`)
  if (!record) throw new ServiceError('InvalidResourceId', `${id.slice(0, 100)} is not a parameter of this account`)
  return record
}

export const parameterTagHandlers = {
  AddTagsToResource: addTags,
  RemoveTagsFromResource: removeTags,
  ListTagsForResource: listTags
} satisfies Handlers
