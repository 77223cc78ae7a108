import type {
  ListResourceTagsRequest,
  ListResourceTagsResponse,
  TagResourceRequest,
  UntagResourceRequest
} from '@aws-sdk/client-kms'
import { ServiceError } from '../errors.ts'
import type { Call, Handler, Handlers } from '../handler.ts'
import type { KeyRecord } from '../world/records.ts'
import { page } from './pages.ts'
import { resolveByIdOrArn } from './resolve-key.ts'

/**
 * Lists the tags of a key of the caller's own.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ListResourceTags.html
 */
const listTags: Handler<ListResourceTagsRequest, ListResourceTagsResponse> = (input, call) => {
  const all = [...findOwn(input.KeyId, call).tags].map(([TagKey, TagValue]) => ({ TagKey, TagValue }))
  const { page: Tags, ...rest } = page(all, input)
  return { Tags, ...rest }
}

/**
 * Sets tags on a key.
 *
 * @lacks limits of tags
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_TagResource.html
 */
const tagResource: Handler<TagResourceRequest, undefined> = (input, call) => {
  const { tags } = findOwn(input.KeyId, call)
  for (const { TagKey = '', TagValue = '' } of input.Tags ?? []) tags.set(TagKey, TagValue)
  return undefined
}

/**
 * Takes tags off a key.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_UntagResource.html
 */
const untagResource: Handler<UntagResourceRequest, undefined> = (input, call) => {
  const { tags } = findOwn(input.KeyId, call)
  for (const key of input.TagKeys ?? []) tags.delete(key)
  return undefined
}

/** Tags of keys cannot be read or written from another account. */
function findOwn(id: string | undefined, { region, account }: Call): KeyRecord {
  const record = resolveByIdOrArn(region, account, id ?? '')
  if (record.ownerId === account) return record
  throw new ServiceError('AccessDeniedException', `The account ${account} does not own ${record.key.Arn}`)
}

export const keyTagHandlers = {
  ListResourceTags: listTags,
  TagResource: tagResource,
  UntagResource: untagResource
} satisfies Handlers
