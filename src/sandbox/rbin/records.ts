import type { Resource } from '../world/records.ts'

/** What a retention rule keeps: `EBS_VOLUME` is known to the service, and nothing of the sandbox's goes there. */
export type RetainedType = 'EBS_SNAPSHOT' | 'EC2_IMAGE' | 'EBS_VOLUME'

export interface ResourceTag {
  readonly ResourceTagKey: string
  readonly ResourceTagValue?: string
}

export interface RetentionPeriod {
  readonly RetentionPeriodValue: number
  readonly RetentionPeriodUnit: string
}

export interface LockConfiguration {
  readonly UnlockDelay: { readonly UnlockDelayValue: number; readonly UnlockDelayUnit: string }
}

/** A retention rule as GetRule answers it; one without ResourceTags is a Region-level rule. */
export interface RetentionRule {
  readonly Identifier: string
  readonly RuleArn: string
  readonly ResourceType: RetainedType
  Description?: string | undefined
  RetentionPeriod: RetentionPeriod
  ResourceTags: readonly ResourceTag[]
  ExcludeResourceTags: readonly ResourceTag[]
  Status: 'pending' | 'available'
  LockConfiguration?: LockConfiguration | undefined
  LockState?: 'locked' | 'pending_unlock' | 'unlocked' | undefined
  LockEndTime?: Date | undefined
}

export interface RetentionRuleRecord extends Resource {
  readonly rule: RetentionRule
}
