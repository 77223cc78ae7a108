import type { Handler } from '../handler.ts'
import { conflict, invalid } from './errors.ts'
import { checkUnlocked, findRule, ruleAt } from './find-rule.ts'
import type { LockConfiguration, ResourceTag, RetentionPeriod } from './records.ts'
import { checkDescription, checkLock, checkMatching, checkPeriod } from './rule-checks.ts'

interface Named {
  readonly Identifier: string
}

interface UpdateRuleRequest extends Named {
  readonly RetentionPeriod?: RetentionPeriod | undefined
  readonly Description?: string | undefined
  readonly ResourceType?: string | undefined
  readonly ResourceTags?: readonly ResourceTag[] | undefined
  readonly ExcludeResourceTags?: readonly ResourceTag[] | undefined
}

/**
 * Changes a retention rule that is not locked: all but its resource type. What is in the Recycle Bin already stays there
 * as long as it was to.
 *
 * @see https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_UpdateRule.html
 */
export const updateRule: Handler<UpdateRuleRequest, object> = (input, call) => {
  const record = findRule(input.Identifier, call)
  const { rule } = record
  const { RetentionPeriod = rule.RetentionPeriod, Description = rule.Description } = input
  const { ResourceTags = rule.ResourceTags, ExcludeResourceTags = rule.ExcludeResourceTags } = input
  if (input.ResourceType !== undefined && input.ResourceType !== rule.ResourceType) {
    throw invalid('The resource type of a retention rule cannot be changed')
  }
  checkDescription(Description)
  checkPeriod(rule.ResourceType, RetentionPeriod)
  checkMatching(ResourceTags, ExcludeResourceTags)
  checkUnlocked(record, call.now)
  const LockState = ResourceTags.length > 0 ? undefined : 'unlocked'
  const unlocked = { LockState, LockEndTime: undefined, LockConfiguration: undefined } as const
  return Object.assign(rule, { RetentionPeriod, Description, ResourceTags, ExcludeResourceTags, ...unlocked })
}

/**
 * Deletes a retention rule that is not locked. What is in the Recycle Bin already stays there as long as it was to.
 *
 * @see https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_DeleteRule.html
 */
export const deleteRule: Handler<Named, object> = (input, call) => {
  const record = findRule(input.Identifier, call)
  checkUnlocked(record, call.now)
  call.region.retentionRules.delete(input.Identifier)
  return {}
}

/**
 * Locks a Region-level retention rule without exclusion tags, so that nobody can change or delete it.
 *
 * @see https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_LockRule.html
 */
export const lockRule: Handler<Named & { LockConfiguration: LockConfiguration }, object> = (input, call) => {
  const record = findRule(input.Identifier, call)
  const { rule } = record
  checkLock(input.LockConfiguration, rule.ResourceTags.length + rule.ExcludeResourceTags.length > 0)
  checkUnlocked(record, call.now)
  return Object.assign(rule, {
    LockConfiguration: input.LockConfiguration,
    LockState: 'locked',
    LockEndTime: undefined
  })
}

const MS_PER_DAY = 86_400_000

/**
 * Unlocks a retention rule: after its unlock delay, by the sandbox's clock, it can be changed and deleted again.
 *
 * @see https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_UnlockRule.html
 */
export const unlockRule: Handler<Named, object> = (input, call) => {
  const record = findRule(input.Identifier, call)
  const { LockState: state, LockConfiguration: lock } = ruleAt(record, call.now)
  if (state !== 'locked' || !lock) throw conflict(`Rule ${input.Identifier} is not locked`)
  const LockEndTime = new Date(call.now.getTime() + lock.UnlockDelay.UnlockDelayValue * MS_PER_DAY)
  return Object.assign(record.rule, { LockState: 'pending_unlock', LockEndTime })
}
