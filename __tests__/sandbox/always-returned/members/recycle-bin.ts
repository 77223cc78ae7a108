import { membersOf } from '../documents.ts'

const PERIOD = 'RetentionPeriod.{RetentionPeriodValue,RetentionPeriodUnit}'
const RULE = `{Identifier,RuleArn,ResourceType,Status,${PERIOD}}`
const LOCK = '{LockState,LockConfiguration.UnlockDelay.{UnlockDelayValue,UnlockDelayUnit}}'

export const recycleBinMembers = membersOf('rbin', [
  ['CreateRule', 'reference', RULE],
  ['GetRule', 'reference', RULE],
  ['UpdateRule', 'reference', RULE],
  ['ListRules', 'reference', `Rules[].{Identifier,RuleArn,${PERIOD}}`],
  ['LockRule', 'reference', RULE, LOCK],
  ['UnlockRule', 'reference', RULE, LOCK, 'LockEndTime'],
  ['ListTagsForResource', 'reference', 'Tags[].{Key,Value}']
])
