import type { Call, Handler } from '../handler.ts'
import { invalid, quotaExceeded } from './errors.ts'
import { findByArn } from './find-rule.ts'
import type { RetentionRuleRecord } from './records.ts'

export interface Tag {
  readonly Key: string
  readonly Value: string
}

interface Named {
  readonly ResourceArn: string
}

const MOST_TAGS = 50

/** Tags and these. Errors: ValidationException, ServiceQuotaExceededException. */
export function readTags(before: ReadonlyMap<string, string>, list: readonly Tag[]): Map<string, string> {
  const after = new Map(before)
  for (const { Key: key, Value: value } of list) {
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u.test(key)) throw invalid('Key must have 1 to 128 letters and digits')
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u.test(value))
      throw invalid('Value must have at most 256 letters and digits')
    after.set(key, value)
  }
  if (after.size > MOST_TAGS) throw quotaExceeded(`A retention rule takes ${MOST_TAGS} tags at the most`)
  return after
}

export const describeTags = ({ tags }: RetentionRuleRecord): Tag[] => [...tags].map(([Key, Value]) => ({ Key, Value }))

/**
 * Tags a retention rule: what describes the rule itself, and not what it retains.
 *
 * @see https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_TagResource.html
 */
export const tagResource: Handler<Named & { Tags: readonly Tag[] }, object> = (input, call) => {
  const record = findByArn(input.ResourceArn, call)
  const after = readTags(record.tags, input.Tags)
  for (const [key, value] of after) record.tags.set(key, value)
  return {}
}

/**
 * Takes tags off a retention rule; one that it does not have is no error.
 *
 * @see https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_UntagResource.html
 */
export const untagResource: Handler<Named & { TagKeys: readonly string[] }, object> = (input, call) => {
  const record = findByArn(input.ResourceArn, call)
  for (const key of input.TagKeys) record.tags.delete(key)
  return {}
}

/**
 * Lists the tags of a retention rule.
 *
 * @see https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_ListTagsForResource.html
 */
export const listTagsForResource: Handler<Named, object> = (input, call: Call) => ({
  Tags: describeTags(findByArn(input.ResourceArn, call))
})
