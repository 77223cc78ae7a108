/**
 * The operations of Recycle Bin as the SDK's clients have theirs: tuples that `NormalizedSchema` reads. They are written
 * by hand because no client of the SDK has today's (exclusion tags, locks).
 *
 * @see https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_Operations.html
 */
const NS = 'com.amazonaws.rbin'
const STRING = 0
const NUMBER = 1
const TIMESTAMP = 4
const LABEL = [STRING, { httpLabel: 1 }] as const

type Tuple = readonly unknown[]

/** A structure; its required members come first. */
function structure(name: string, members: Readonly<Record<string, unknown>>, required = 0): Tuple {
  return [3, NS, name, 0, Object.keys(members), Object.values(members), required]
}

const listOf = (name: string, member: unknown): Tuple => [1, NS, name, 0, member]

const operation = (name: string, http: readonly [string, string, number], input: Tuple, output: Tuple): Tuple => [
  9,
  NS,
  name,
  { http },
  input,
  output
]

const tag = structure('Tag', { Key: STRING, Value: STRING }, 2)
const tags = listOf('TagList', () => tag)
const resourceTag = structure('ResourceTag', { ResourceTagKey: STRING, ResourceTagValue: STRING }, 1)
const resourceTags = listOf('ResourceTags', () => resourceTag)
const retention = structure('RetentionPeriod', { RetentionPeriodValue: NUMBER, RetentionPeriodUnit: STRING }, 2)
const delay = structure('UnlockDelay', { UnlockDelayValue: NUMBER, UnlockDelayUnit: STRING }, 2)
const lock = structure('LockConfiguration', { UnlockDelay: () => delay }, 1)

const summary = {
  Identifier: STRING,
  Description: STRING,
  RetentionPeriod: () => retention,
  LockState: STRING,
  RuleArn: STRING
}
const matched = { ResourceTags: () => resourceTags, ExcludeResourceTags: () => resourceTags }
const rule = { ...summary, ResourceType: STRING, ...matched, Status: STRING, LockConfiguration: () => lock }
const ruleInTime = { ...rule, LockEndTime: TIMESTAMP }
const rules = listOf('RuleSummaryList', () => structure('RuleSummary', summary))
const changeable = { RetentionPeriod: () => retention, Description: STRING, ResourceType: STRING, ...matched }

const named = (name: string, members: Readonly<Record<string, unknown>> = {}, required = 0): Tuple =>
  structure(name, { Identifier: LABEL, ...members }, required + 1)

const createRequest = structure(
  'CreateRuleRequest',
  {
    RetentionPeriod: () => retention,
    ResourceType: STRING,
    Description: STRING,
    Tags: () => tags,
    ...matched,
    LockConfiguration: () => lock
  },
  2
)
const listRequest = structure(
  'ListRulesRequest',
  { ResourceType: STRING, MaxResults: NUMBER, NextToken: STRING, ...matched, LockState: STRING },
  1
)
const arn = { ResourceArn: LABEL }
const tagKeys = [() => listOf('TagKeyList', STRING), { httpQuery: 'tagKeys' }]
const nothing = (name: string): Tuple => structure(name, {})

export const rbin = {
  CreateRule: operation(
    'CreateRule',
    ['POST', '/rules', 201],
    createRequest,
    structure('CreateRuleResponse', { ...rule, Tags: () => tags })
  ),
  GetRule: operation(
    'GetRule',
    ['GET', '/rules/{Identifier}', 200],
    named('GetRuleRequest'),
    structure('GetRuleResponse', ruleInTime)
  ),
  ListRules: operation(
    'ListRules',
    ['POST', '/list-rules', 200],
    listRequest,
    structure('ListRulesResponse', { Rules: () => rules, NextToken: STRING })
  ),
  UpdateRule: operation(
    'UpdateRule',
    ['PATCH', '/rules/{Identifier}', 200],
    named('UpdateRuleRequest', changeable),
    structure('UpdateRuleResponse', ruleInTime)
  ),
  DeleteRule: operation(
    'DeleteRule',
    ['DELETE', '/rules/{Identifier}', 204],
    named('DeleteRuleRequest'),
    nothing('DeleteRuleResponse')
  ),
  LockRule: operation(
    'LockRule',
    ['PATCH', '/rules/{Identifier}/lock', 200],
    named('LockRuleRequest', { LockConfiguration: () => lock }, 1),
    structure('LockRuleResponse', rule)
  ),
  UnlockRule: operation(
    'UnlockRule',
    ['PATCH', '/rules/{Identifier}/unlock', 200],
    named('UnlockRuleRequest'),
    structure('UnlockRuleResponse', ruleInTime)
  ),
  TagResource: operation(
    'TagResource',
    ['POST', '/tags/{ResourceArn}', 201],
    structure('TagResourceRequest', { ...arn, Tags: () => tags }, 2),
    nothing('TagResourceResponse')
  ),
  UntagResource: operation(
    'UntagResource',
    ['DELETE', '/tags/{ResourceArn}', 204],
    structure('UntagResourceRequest', { ...arn, TagKeys: tagKeys }, 2),
    nothing('UntagResourceResponse')
  ),
  ListTagsForResource: operation(
    'ListTagsForResource',
    ['GET', '/tags/{ResourceArn}', 200],
    structure('ListTagsForResourceRequest', arn, 1),
    structure('ListTagsForResourceResponse', { Tags: () => tags })
  )
}
