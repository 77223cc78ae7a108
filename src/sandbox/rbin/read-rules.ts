import { ServiceError } from '../errors.ts'
import type { Handler } from '../handler.ts'
import { paginate } from '../world/pages.ts'
import { invalid } from './errors.ts'
import { findRule, ruleAt } from './find-rule.ts'
import type { ResourceTag, RetentionRule } from './records.ts'
import { readType } from './rule-checks.ts'

interface ListRulesRequest {
  readonly ResourceType: string
  readonly MaxResults?: number | undefined
  readonly NextToken?: string | undefined
  readonly ResourceTags?: readonly ResourceTag[] | undefined
  readonly ExcludeResourceTags?: readonly ResourceTag[] | undefined
  readonly LockState?: string | undefined
}

/**
 * Answers one retention rule, its lock as it is by the sandbox's clock.
 *
 * @see https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_GetRule.html
 */
export const getRule: Handler<{ Identifier: string }, object> = (input, call) =>
  ruleAt(findRule(input.Identifier, call), call.now)

/**
 * Lists the caller's retention rules of a resource type in this region: those with all of the given resource tags and
 * exclusion tags, and of the given lock state.
 *
 * @see https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_ListRules.html
 */
export const listRules: Handler<ListRulesRequest, object> = (input, { region, account, now }) => {
  const type = readType(input.ResourceType)
  const rules = [...region.retentionRules.values()]
    .filter(({ ownerId, rule }) => ownerId === account && rule.ResourceType === type)
    .map(record => ruleAt(record, now))
    .filter(rule => isAsked(rule, input))
  const { page, NextToken } = readPage(rules, input)
  const Rules = page.map(({ Identifier, Description, RetentionPeriod, LockState, RuleArn }) => {
    return { Identifier, Description, RetentionPeriod, LockState, RuleArn }
  })
  return { Rules, ...(NextToken && { NextToken }) }
}

function isAsked(rule: RetentionRule, asked: ListRulesRequest): boolean {
  if (asked.LockState !== undefined && rule.LockState !== asked.LockState) return false
  return hasAll(rule.ResourceTags, asked.ResourceTags) && hasAll(rule.ExcludeResourceTags, asked.ExcludeResourceTags)
}

const hasAll = (tags: readonly ResourceTag[], asked: readonly ResourceTag[] = []): boolean =>
  asked.every(({ ResourceTagKey: key, ResourceTagValue: value }) =>
    tags.some(tag => tag.ResourceTagKey === key && (value === undefined || tag.ResourceTagValue === value))
  )

/** Pages as EC2's, with the errors of this service. */
function readPage(rules: RetentionRule[], input: ListRulesRequest) {
  try {
    return paginate(rules, input)
  } catch (error) {
    throw error instanceof ServiceError ? invalid(error.message) : error
  }
}
