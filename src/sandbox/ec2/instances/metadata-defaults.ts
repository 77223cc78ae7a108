import type {
  GetInstanceMetadataDefaultsRequest,
  GetInstanceMetadataDefaultsResult,
  InstanceMetadataDefaultsResponse,
  InstanceMetadataOptionsResponse,
  ModifyInstanceMetadataDefaultsRequest,
  ModifyInstanceMetadataDefaultsResult
} from '@aws-sdk/client-ec2'
import { invalidValue, ServiceError } from '../../errors.ts'
import type { Call, Handler, Handlers } from '../../handler.ts'
import { stopDryRun } from '../dryrun.ts'
import { changeMetadataOptions, checkOneOf, defaultMetadataOptions } from './launch-options.ts'

const NO_PREFERENCE = 'no-preference'
const NO_HOPS = -1

/**
 * What the account has set for the metadata options of new instances.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetInstanceMetadataDefaults.html
 */
const getDefaults: Handler<GetInstanceMetadataDefaultsRequest, GetInstanceMetadataDefaultsResult> = (input, call) => {
  stopDryRun(input)
  return { AccountLevel: { ...defaultsOf(call), ManagedBy: 'account' } }
}

/**
 * Sets the account's metadata options for new instances, or takes a setting back (`no-preference`, -1).
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataDefaults.html
 */
const modifyDefaults: Handler<ModifyInstanceMetadataDefaultsRequest, ModifyInstanceMetadataDefaultsResult> = (
  input,
  call
) => {
  const { HttpTokens, HttpEndpoint, InstanceMetadataTags, HttpTokensEnforced, HttpPutResponseHopLimit: hops } = input
  checkOneOf('HttpTokens', HttpTokens, ['optional', 'required', NO_PREFERENCE])
  checkOneOf('HttpTokensEnforced', HttpTokensEnforced, ['enabled', 'disabled', NO_PREFERENCE])
  for (const value of [HttpEndpoint, InstanceMetadataTags]) {
    checkOneOf('HttpEndpoint and InstanceMetadataTags', value, ['enabled', 'disabled', NO_PREFERENCE])
  }
  if (hops !== undefined && hops !== NO_HOPS && (hops < 1 || hops > 64)) {
    throw invalidValue('HttpPutResponseHopLimit', `${hops}`, '1 to 64, or -1 for no preference')
  }
  stopDryRun(input)
  const asked = { HttpTokens, HttpEndpoint, InstanceMetadataTags, HttpTokensEnforced, HttpPutResponseHopLimit: hops }
  const given = Object.entries(asked).filter(([, value]) => value !== undefined)
  const settings = Object.entries({ ...defaultsOf(call), ...Object.fromEntries(given) })
  const kept = settings.filter(([, value]) => value !== NO_PREFERENCE && value !== NO_HOPS)
  call.region.metadataDefaults.set(call.account, Object.fromEntries(kept))
  return { Return: true }
}

const defaultsOf = ({ region, account }: Call): InstanceMetadataDefaultsResponse =>
  region.metadataDefaults.get(account) ?? {}

/**
 * The metadata options of a new instance that asks for none: those of the account, and where it has set none those of
 * the image.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html
 */
export function metadataOptionsFor(imdsSupport: string | undefined, call: Call): InstanceMetadataOptionsResponse {
  const { HttpTokensEnforced, ManagedBy, ManagedExceptionMessage, ...asked } = defaultsOf(call)
  return changeMetadataOptions(defaultMetadataOptions(imdsSupport), asked)
}

/** Refuses IMDSv1 where the account enforces version 2. Errors: UnsupportedOperation. */
export function checkEnforcement({ HttpTokens: tokens }: InstanceMetadataOptionsResponse, call: Call): void {
  if (tokens === 'required' || defaultsOf(call).HttpTokensEnforced !== 'enabled') return
  const reason = `You can't launch instances with IMDSv1 because httpTokensEnforced is enabled for this account.`
  const advice =
    'Either launch the instance with httpTokens=required or contact your account owner to disable httpTokensEnforced using the ModifyInstanceMetadataDefaults API or the account settings in the EC2 console.'
  throw new ServiceError('UnsupportedOperation', `${reason} ${advice}`)
}

export const metadataDefaultsHandlers = {
  GetInstanceMetadataDefaults: getDefaults,
  ModifyInstanceMetadataDefaults: modifyDefaults
} satisfies Handlers
