import type { Handlers } from '../handler.ts'
import { deleteRule, lockRule, unlockRule, updateRule } from './change-rule.ts'
import { createRule } from './create-rule.ts'
import { getRule, listRules } from './read-rules.ts'
import { listTagsForResource, tagResource, untagResource } from './rule-tags.ts'

export const rbinHandlers = {
  CreateRule: createRule,
  GetRule: getRule,
  ListRules: listRules,
  UpdateRule: updateRule,
  DeleteRule: deleteRule,
  LockRule: lockRule,
  UnlockRule: unlockRule,
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource
} satisfies Handlers
