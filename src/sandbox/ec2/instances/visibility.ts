import type {
  GetManagedResourceVisibilityRequest,
  GetManagedResourceVisibilityResult,
  ModifyManagedResourceVisibilityRequest,
  ModifyManagedResourceVisibilityResult
} from '@aws-sdk/client-ec2'
import { missingParameter } from '../../errors.ts'
import type { Handler, Handlers } from '../../handler.ts'
import { stopDryRun } from '../dryrun.ts'
import { checkOneOf } from './launch-options.ts'

/**
 * Whether describe operations show what services manage and hide; hidden where the account has set nothing.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetManagedResourceVisibility.html
 */
const getVisibility: Handler<GetManagedResourceVisibilityRequest, GetManagedResourceVisibilityResult> = (
  input,
  { region, account }
) => {
  stopDryRun(input)
  return { Visibility: { DefaultVisibility: region.managedVisibility.get(account) ?? 'hidden' } }
}

/**
 * Shows or hides what services manage, for the account in this region.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyManagedResourceVisibility.html
 */
const modifyVisibility: Handler<ModifyManagedResourceVisibilityRequest, ModifyManagedResourceVisibilityResult> = (
  input,
  { region, account }
) => {
  const { DefaultVisibility } = input
  if (!DefaultVisibility) throw missingParameter('DefaultVisibility')
  checkOneOf('DefaultVisibility', DefaultVisibility, ['hidden', 'visible'])
  stopDryRun(input)
  region.managedVisibility.set(account, DefaultVisibility)
  return { Visibility: { DefaultVisibility } }
}

export const visibilityHandlers = {
  GetManagedResourceVisibility: getVisibility,
  ModifyManagedResourceVisibility: modifyVisibility
} satisfies Handlers
