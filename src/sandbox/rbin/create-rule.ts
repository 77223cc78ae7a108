import { randomInt } from 'node:crypto'
import type { Call, Handler } from '../handler.ts'
import type { Transition } from '../world/transition.ts'
import { quotaExceeded } from './errors.ts'
import type { LockConfiguration, ResourceTag, RetentionPeriod, RetentionRule, RetentionRuleRecord } from './records.ts'
import { checkDescription, checkLock, checkMatching, checkPeriod, readType } from './rule-checks.ts'
import { describeTags, readTags, type Tag } from './rule-tags.ts'

export interface CreateRuleRequest {
  readonly ResourceType: string
  readonly RetentionPeriod: RetentionPeriod
  readonly Description?: string | undefined
  readonly Tags?: readonly Tag[] | undefined
  readonly ResourceTags?: readonly ResourceTag[] | undefined
  readonly ExcludeResourceTags?: readonly ResourceTag[] | undefined
  readonly LockConfiguration?: LockConfiguration | undefined
}

/** @see https://docs.aws.amazon.com/ebs/latest/userguide/recycle-bin-quotas.html */
const MOST_RULES = 250

/**
 * Makes a retention rule. The first one of an account in a region is pending for up to 30 minutes, the next ones hardly
 * any time; only one that is available retains what is deleted.
 *
 * @lacks volumes in the Recycle Bin; the member Reason of this service's errors
 * @see https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_CreateRule.html
 */
export const createRule: Handler<CreateRuleRequest, object> = (input, call) => {
  const { Description, RetentionPeriod: period, ResourceTags = [], ExcludeResourceTags = [], LockConfiguration } = input
  const ResourceType = readType(input.ResourceType)
  checkDescription(Description)
  checkPeriod(ResourceType, period)
  checkMatching(ResourceTags, ExcludeResourceTags)
  const isTagged = ResourceTags.length + ExcludeResourceTags.length > 0
  if (LockConfiguration) checkLock(LockConfiguration, isTagged)
  const tags = readTags(new Map(), input.Tags ?? [])
  const isFirst = checkQuota(call)
  const rule: RetentionRule = {
    ...nameRule(call),
    ResourceType,
    Description,
    RetentionPeriod: period,
    ResourceTags,
    ExcludeResourceTags,
    Status: 'pending',
    LockConfiguration,
    LockState: lockStateOf(LockConfiguration, ResourceTags)
  }
  const record: RetentionRuleRecord = { ownerId: call.account, tags, rule }
  call.region.retentionRules.set(rule.Identifier, record)
  const data = { region: call.region.name, id: rule.Identifier }
  call.world.after(isFirst ? 'firstRule' : 0, activating, data)
  return { ...rule, Tags: describeTags(record) }
}

/** Tag-level rules have no lock state at all. */
const lockStateOf = (lock: LockConfiguration | undefined, tags: readonly ResourceTag[]) => {
  if (lock) return 'locked'
  return tags.length > 0 ? undefined : 'unlocked'
}

/** Whether it is the account's first rule here. Errors: ServiceQuotaExceededException. */
function checkQuota({ region, account }: Call): boolean {
  const count = [...region.retentionRules.values()].filter(({ ownerId }) => ownerId === account).length
  if (count >= MOST_RULES) throw quotaExceeded(`An account has ${MOST_RULES} retention rules in a Region at the most`)
  return count === 0
}

const LETTERS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

function nameRule({ region, account }: Call): Pick<RetentionRule, 'Identifier' | 'RuleArn'> {
  const Identifier = Array.from({ length: 11 }, () => LETTERS.charAt(randomInt(LETTERS.length))).join('')
  return { Identifier, RuleArn: `arn:aws:rbin:${region.name}:${account}:rule/${Identifier}` }
}

const activating: Transition<{ region: string; id: string }> = {
  name: 'activate a retention rule',
  act: (world, { region, id }) => {
    const record = world.usedRegion(region)?.retentionRules.get(id)
    if (record) record.rule.Status = 'available'
  }
}

export const ruleTransitions = [activating]
