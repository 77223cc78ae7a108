import type {
  DisableAllowedImagesSettingsRequest,
  DisableAllowedImagesSettingsResult,
  EnableAllowedImagesSettingsRequest,
  EnableAllowedImagesSettingsResult,
  GetAllowedImagesSettingsRequest,
  GetAllowedImagesSettingsResult,
  ReplaceImageCriteriaInAllowedImagesSettingsRequest,
  ReplaceImageCriteriaInAllowedImagesSettingsResult
} from '@aws-sdk/client-ec2'
import { invalidValue, missingParameter, ServiceError } from '../../errors.ts'
import type { Call, Handler, Handlers } from '../../handler.ts'
import { stopDryRun } from '../dryrun.ts'
import { readCriteria } from './read-criteria.ts'
import type { AllowedImages } from './record.ts'

/**
 * Says whether Allowed AMIs is disabled, in audit mode or enabled for the account in this region, its criteria, and
 * whether a declarative policy, which `/_sandbox/seed` can set, manages them.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetAllowedImagesSettings.html
 */
const getAllowedImagesSettings: Handler<GetAllowedImagesSettingsRequest, GetAllowedImagesSettingsResult> = (
  input,
  call
) => {
  stopDryRun(input)
  const { state, criteria, isDeclared } = settingsOf(call)
  return { State: state, ImageCriteria: [...criteria], ManagedBy: isDeclared ? 'declarative-policy' : 'account' }
}

/**
 * Enabled, the account sees and uses its own images and those that its criteria allow, and no others: not to describe,
 * copy or launch them, by whatever way. In audit mode DescribeImages only says which images are allowed.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-allowed-amis.html#allowed-amis-operations
 */
const enableAllowedImagesSettings: Handler<EnableAllowedImagesSettingsRequest, EnableAllowedImagesSettingsResult> = (
  input,
  call
) => {
  checkOwn(call)
  const { AllowedImagesSettingsState: state } = input
  if (!state) throw missingParameter('AllowedImagesSettingsState')
  if (state !== 'enabled' && state !== 'audit-mode') {
    throw invalidValue('AllowedImagesSettingsState', state, 'enabled or audit-mode')
  }
  stopDryRun(input)
  change(call, { state })
  return { AllowedImagesSettingsState: state }
}

/**
 * Allows all images again; the criteria stay as they are.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableAllowedImagesSettings.html
 */
const disableAllowedImagesSettings: Handler<DisableAllowedImagesSettingsRequest, DisableAllowedImagesSettingsResult> = (
  input,
  call
) => {
  checkOwn(call)
  stopDryRun(input)
  change(call, { state: 'disabled' })
  return { AllowedImagesSettingsState: 'disabled' }
}

/**
 * Sets all criteria anew: none, where none are given. In what state the settings are does not change.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceImageCriteriaInAllowedImagesSettings.html
 */
const replaceImageCriteria: Handler<
  ReplaceImageCriteriaInAllowedImagesSettingsRequest,
  ReplaceImageCriteriaInAllowedImagesSettingsResult
> = (input, call) => {
  checkOwn(call)
  const criteria = readCriteria(input.ImageCriteria ?? [])
  stopDryRun(input)
  change(call, { criteria })
  return { ReturnValue: true }
}

const settingsOf = ({ region, account }: Call): AllowedImages =>
  region.allowedImages.get(account) ?? { state: 'disabled', criteria: [] }

/**
 * Refuses to change what a declarative policy manages. The sentence is the one of policies without their own; the code is
 * not documented. Errors: OperationNotPermitted.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_declarative.html
 */
function checkOwn(call: Call): void {
  if (!settingsOf(call).isDeclared) return
  throw new ServiceError('OperationNotPermitted', 'This action is denied due to an organizational policy in effect')
}

const change = (call: Call, to: Partial<AllowedImages>): void => {
  call.region.allowedImages.set(call.account, { ...settingsOf(call), ...to })
}

export const allowedImagesHandlers = {
  GetAllowedImagesSettings: getAllowedImagesSettings,
  EnableAllowedImagesSettings: enableAllowedImagesSettings,
  DisableAllowedImagesSettings: disableAllowedImagesSettings,
  ReplaceImageCriteriaInAllowedImagesSettings: replaceImageCriteria
} satisfies Handlers
