import type { ImageCriterion } from '@aws-sdk/client-ec2'

/** The Allowed AMIs settings of an account in a region, and what they would mean. */
export interface AllowedImagesFacts {
  readonly state: 'disabled' | 'audit-mode' | 'enabled'
  readonly criteria: readonly ImageCriterion[]
  /** `account`, or what else manages them, such as a declarative policy. */
  readonly managedBy: string
  /** Whose images have to be allowed: the owners of bases, and of images that are shared with the account. */
  readonly providers: readonly string[]
  /** Running instances whose image is not allowed; unknown unless the settings are at least audited. */
  readonly disallowed: readonly { readonly instanceId: string; readonly imageId: string }[]
  /** Since when nothing that was not allowed has been seen; absent where nobody has looked yet. */
  readonly cleanSince?: Date
}
