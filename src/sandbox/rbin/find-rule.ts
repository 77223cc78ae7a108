import type { Call } from '../handler.ts'
import { conflict, invalid, notFound } from './errors.ts'
import type { RetentionRule, RetentionRuleRecord } from './records.ts'

const IDENTIFIER = /^[0-9a-zA-Z]{11}$/
const ARN = /^arn:\S+:rbin:[a-z\-0-9]{0,63}:[0-9]{12}:rule\/[0-9a-zA-Z]{11}$/

/** The caller's rule of this identifier. Errors: ValidationException, ResourceNotFoundException. */
export function findRule(id: string, { region, account }: Call): RetentionRuleRecord {
  if (!IDENTIFIER.test(id)) throw invalid(`Identifier must be eleven letters and digits, not ${id.slice(0, 40)}`)
  const record = region.retentionRules.get(id)
  if (record?.ownerId !== account) throw notFound(id)
  return record
}

/** The caller's rule of this ARN. Errors: as `findRule`. */
export function findByArn(arn: string, call: Call): RetentionRuleRecord {
  if (!ARN.test(arn)) throw invalid(`ResourceArn must be the ARN of a retention rule, not ${arn.slice(0, 100)}`)
  const record = call.region.retentionRules.get(arn.slice(-11))
  if (record?.rule.RuleArn !== arn || record.ownerId !== call.account) throw notFound(arn.slice(-11))
  return record
}

/**
 * Lets an unlock delay that is over have its effect: by the clock, so that nothing has to wait for it.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/recycle-bin-lock.html
 */
export function ruleAt({ rule }: RetentionRuleRecord, now: Date): RetentionRule {
  if (rule.LockState !== 'pending_unlock' || !rule.LockEndTime || rule.LockEndTime > now) return rule
  return { ...rule, LockState: 'unlocked', LockEndTime: undefined, LockConfiguration: undefined }
}

/** Refuses to change a rule that is locked, or is so until its unlock delay is over. Errors: ConflictException. */
export function checkUnlocked(record: RetentionRuleRecord, now: Date): void {
  const { LockState: state, Identifier: id } = ruleAt(record, now)
  if (state === 'locked' || state === 'pending_unlock') {
    throw conflict(`Rule ${id} is in state ${state}: it can be neither changed nor deleted`)
  }
}
