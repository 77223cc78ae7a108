import type { PutParameterRequest, PutParameterResult } from '@aws-sdk/client-ssm'
import { ServiceError } from '../errors.ts'
import type { Call, Handler, Handlers } from '../handler.ts'
import { resolveKey } from '../kms/resolve-key.ts'
import type { ParameterRecord, ParameterVersion } from '../world/records.ts'
import { recordOf } from './find-parameter.ts'
import { checkPending, validateLater } from './image-parameters.ts'
import { validation } from './pages.ts'
import { readPolicies } from './parameter-policies.ts'
import { checkCount, checkKinds, checkName, checkValue } from './parameter-rules.ts'
import { readTags } from './parameter-tags.ts'
import { chooseTier, type Tier } from './tiers.ts'
import { addVersion, checkVersions } from './versions.ts'

const AWS_MANAGED_KEY = 'alias/aws/ssm'

/**
 * Makes a parameter or, with Overwrite, its next version; for the data type aws:ec2:image only once the image has been
 * found available, some time after the answer.
 *
 * @lacks events, the notifications of policies, the account's default tier, data types other than text, aws:ec2:image and aws:ssm:integration
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 */
const putParameter: Handler<PutParameterRequest, PutParameterResult> = (given, call) => {
  const input = { ...given, Name: (given.Name ?? '').trim() }
  checkName(input.Name)
  checkKinds(input)
  const previous = recordOf(call, input.Name)
  refuseClash(input, previous)
  const tier = chooseTier(input, previous)
  const version = makeVersion(input, tier, previous, call)
  checkValue(input, version, tier)
  checkPending(input.Name, call)
  checkVersions(previous)
  if (!previous) checkCount(tier, call)
  const tags = readTags(input.Tags)
  if (version.parameter.DataType === 'aws:ec2:image') validateLater({ version, tags }, call)
  else addVersion({ ownerId: call.account, version, tags }, call.region, call.world)
  return { Version: version.parameter.Version, Tier: tier }
}

function refuseClash(
  { Type: type, Overwrite: overwrite, Tags: tags }: PutParameterRequest,
  previous?: ParameterRecord
): void {
  if (overwrite && tags?.length) {
    throw validation(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource."
    )
  }
  if (!previous) {
    if (!type) throw validation('A parameter type is required when you create a parameter.')
    return
  }
  if (!overwrite) {
    const sentence =
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.'
    throw new ServiceError('ParameterAlreadyExists', sentence)
  }
  if (type && type !== previous.parameter.Type) {
    const sentence = `The parameter type cannot be changed from ${previous.parameter.Type} to ${type}`
    throw new ServiceError('HierarchyTypeMismatchException', sentence)
  }
}

function makeVersion(
  input: PutParameterRequest & { Name: string },
  tier: Tier,
  previous: ParameterRecord | undefined,
  call: Call
): ParameterVersion {
  const { Name, Value, Type = previous?.parameter.Type } = input
  const { region, account, now, principal } = call
  const path = Name.startsWith('/') ? Name : `/${Name}`
  return {
    description: input.Description ?? previous?.description,
    allowedPattern: input.AllowedPattern ?? previous?.allowedPattern,
    tier,
    policies: readPolicies(input.Policies, tier) ?? previous?.policies ?? [],
    keyId: Type === 'SecureString' ? readKey(input.KeyId, call) : undefined,
    modifiedBy: principal,
    parameter: {
      Name,
      Value,
      Type,
      DataType: input.DataType ?? previous?.parameter.DataType ?? 'text',
      Version: (previous?.parameter.Version ?? 0) + 1,
      LastModifiedDate: now,
      ARN: `arn:aws:ssm:${region.name}:${account}:parameter${path}`
    }
  }
}

/** Errors: InvalidKeyId. */
function readKey(id: string | undefined, { region, account }: Call): string {
  if (id === undefined || id === AWS_MANAGED_KEY) return AWS_MANAGED_KEY
  try {
    resolveKey(region, account, id)
    return id
  } catch (error) {
    throw new ServiceError('InvalidKeyId', error instanceof Error ? error.message : String(error))
  }
}

export const putParameterHandlers = { PutParameter: putParameter } satisfies Handlers
