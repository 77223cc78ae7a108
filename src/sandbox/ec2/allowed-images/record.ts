import type { AllowedImagesSettingsEnabledState, ImageCriterion } from '@aws-sdk/client-ec2'

/** Which images of others an account may see and launch in a region. */
export interface AllowedImages {
  state: AllowedImagesSettingsEnabledState | 'disabled'
  /** An image is allowed by any one of them. They are kept while the settings are disabled. */
  criteria: readonly ImageCriterion[]
  /** Whether the account's organization has set them: they are not the account's to change. */
  isDeclared?: boolean
}
