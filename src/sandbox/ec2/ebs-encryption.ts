import type {
  DisableEbsEncryptionByDefaultRequest,
  DisableEbsEncryptionByDefaultResult,
  EnableEbsEncryptionByDefaultRequest,
  EnableEbsEncryptionByDefaultResult,
  GetEbsDefaultKmsKeyIdRequest,
  GetEbsDefaultKmsKeyIdResult,
  GetEbsEncryptionByDefaultRequest,
  GetEbsEncryptionByDefaultResult,
  ModifyEbsDefaultKmsKeyIdRequest,
  ModifyEbsDefaultKmsKeyIdResult,
  ResetEbsDefaultKmsKeyIdRequest,
  ResetEbsDefaultKmsKeyIdResult
} from '@aws-sdk/client-ec2'
import type { Call, Handler, Handlers } from '../handler.ts'
import type { EbsEncryption } from '../world/region.ts'
import { stopDryRun } from './dryrun.ts'
import { AWS_MANAGED_EBS_KEY, ebsKeyArn } from './ebs-key.ts'

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetEbsEncryptionByDefault.html */
const getByDefault: Handler<GetEbsEncryptionByDefaultRequest, GetEbsEncryptionByDefaultResult> = (input, call) => {
  stopDryRun(input)
  return { EbsEncryptionByDefault: settingOf(call).byDefault, SseType: 'sse-ebs' }
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableEbsEncryptionByDefault.html */
const enableByDefault: Handler<EnableEbsEncryptionByDefaultRequest, EnableEbsEncryptionByDefaultResult> = (
  input,
  call
) => setByDefault(true, input, call)

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableEbsEncryptionByDefault.html */
const disableByDefault: Handler<DisableEbsEncryptionByDefaultRequest, DisableEbsEncryptionByDefaultResult> = (
  input,
  call
) => setByDefault(false, input, call)

function setByDefault(byDefault: boolean, input: { DryRun?: boolean | undefined }, call: Call) {
  stopDryRun(input)
  settingOf(call).byDefault = byDefault
  return { EbsEncryptionByDefault: byDefault }
}

/**
 * The AWS-managed key is answered by its alias, as long as no other one was chosen.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetEbsDefaultKmsKeyId.html
 */
const getDefaultKey: Handler<GetEbsDefaultKmsKeyIdRequest, GetEbsDefaultKmsKeyIdResult> = (input, call) => {
  stopDryRun(input)
  return { KmsKeyId: settingOf(call).defaultKeyId ?? AWS_MANAGED_EBS_KEY }
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyEbsDefaultKmsKeyId.html */
const modifyDefaultKey: Handler<ModifyEbsDefaultKmsKeyIdRequest, ModifyEbsDefaultKmsKeyIdResult> = (input, call) => {
  stopDryRun(input)
  const KmsKeyId = ebsKeyArn(call.region, call.account, input.KmsKeyId ?? '')
  settingOf(call).defaultKeyId = KmsKeyId
  return { KmsKeyId }
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResetEbsDefaultKmsKeyId.html */
const resetDefaultKey: Handler<ResetEbsDefaultKmsKeyIdRequest, ResetEbsDefaultKmsKeyIdResult> = (input, call) => {
  stopDryRun(input)
  settingOf(call).defaultKeyId = undefined
  return { KmsKeyId: ebsKeyArn(call.region, call.account, AWS_MANAGED_EBS_KEY) }
}

function settingOf({ region, account }: Call): EbsEncryption {
  const setting = region.ebsEncryption.get(account) ?? { byDefault: false }
  region.ebsEncryption.set(account, setting)
  return setting
}

export const ebsEncryptionHandlers = {
  GetEbsEncryptionByDefault: getByDefault,
  EnableEbsEncryptionByDefault: enableByDefault,
  DisableEbsEncryptionByDefault: disableByDefault,
  GetEbsDefaultKmsKeyId: getDefaultKey,
  ModifyEbsDefaultKmsKeyId: modifyDefaultKey,
  ResetEbsDefaultKmsKeyId: resetDefaultKey
} satisfies Handlers
