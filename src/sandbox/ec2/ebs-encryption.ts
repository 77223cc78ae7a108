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
import { missingParameter } from '../errors.ts'
import type { Call, Handler, Handlers } from '../handler.ts'
import type { EbsEncryption } from '../world/region.ts'
import { stopDryRun } from './dryrun.ts'
import { AWS_MANAGED_EBS_KEY, ebsKeyArn } from './ebs-key.ts'

/**
 * Whether new volumes and copies of the account in this region are encrypted unasked.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetEbsEncryptionByDefault.html
 */
const getByDefault: Handler<GetEbsEncryptionByDefaultRequest, GetEbsEncryptionByDefaultResult> = (input, call) => {
  stopDryRun(input)
  return { EbsEncryptionByDefault: settingOf(call).byDefault, SseType: 'sse-ebs' }
}

/**
 * Encrypts what is made from now on; what is there stays as it is.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableEbsEncryptionByDefault.html
 */
const enableByDefault: Handler<EnableEbsEncryptionByDefaultRequest, EnableEbsEncryptionByDefaultResult> = (
  input,
  call
) => setByDefault(true, input, call)

/**
 * Leaves it to each request again whether to encrypt.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableEbsEncryptionByDefault.html
 */
const disableByDefault: Handler<DisableEbsEncryptionByDefaultRequest, DisableEbsEncryptionByDefaultResult> = (
  input,
  call
) => setByDefault(false, input, call)

function setByDefault(byDefault: boolean, input: { DryRun?: boolean | undefined }, call: Call) {
  stopDryRun(input)
  change(call, { byDefault })
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

/**
 * Chooses the key of volumes and copies that name none. One that cannot be used is accepted: what it was to encrypt
 * fails later.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyEbsDefaultKmsKeyId.html
 */
const modifyDefaultKey: Handler<ModifyEbsDefaultKmsKeyIdRequest, ModifyEbsDefaultKmsKeyIdResult> = (input, call) => {
  if (!input.KmsKeyId) throw missingParameter('KmsKeyId')
  stopDryRun(input)
  const KmsKeyId = ebsKeyArn(call.region, call.account, input.KmsKeyId)
  change(call, { defaultKeyId: KmsKeyId })
  return { KmsKeyId }
}

/**
 * Goes back to the AWS-managed key.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResetEbsDefaultKmsKeyId.html
 */
const resetDefaultKey: Handler<ResetEbsDefaultKmsKeyIdRequest, ResetEbsDefaultKmsKeyIdResult> = (input, call) => {
  stopDryRun(input)
  change(call, { defaultKeyId: undefined })
  return { KmsKeyId: ebsKeyArn(call.region, call.account, AWS_MANAGED_EBS_KEY) }
}

const settingOf = ({ region, account }: Call): EbsEncryption =>
  region.ebsEncryption.get(account) ?? { byDefault: false }

function change(call: Call, changed: Partial<EbsEncryption>): void {
  call.region.ebsEncryption.set(call.account, { ...settingOf(call), ...changed })
}

export const ebsEncryptionHandlers = {
  GetEbsEncryptionByDefault: getByDefault,
  EnableEbsEncryptionByDefault: enableByDefault,
  DisableEbsEncryptionByDefault: disableByDefault,
  GetEbsDefaultKmsKeyId: getDefaultKey,
  ModifyEbsDefaultKmsKeyId: modifyDefaultKey,
  ResetEbsDefaultKmsKeyId: resetDefaultKey
} satisfies Handlers
