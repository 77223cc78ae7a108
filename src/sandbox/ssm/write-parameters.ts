import type {
  DeleteParameterRequest,
  DeleteParameterResult,
  DeleteParametersRequest,
  DeleteParametersResult,
  PutParameterRequest,
  PutParameterResult
} from '@aws-sdk/client-ssm'
import { ServiceError } from '../errors.ts'
import type { Call, Handler, Handlers } from '../handler.ts'
import { resolveKey } from '../kms/resolve-key.ts'
import type { ParameterRecord } from '../world/records.ts'
import { recordOf } from './find-parameter.ts'
import { validation } from './pages.ts'
import { checkName, checkValue } from './parameter-rules.ts'

const MAX_VERSIONS = 100
const AWS_MANAGED_KEY = 'alias/aws/ssm'

/** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
const putParameter: Handler<PutParameterRequest, PutParameterResult> = (input, call) => {
  const { Name: name = '', Overwrite: overwrite = false } = input
  checkName(name)
  const previous = recordOf(call, name)
  checkValue({ ...input, DataType: input.DataType ?? previous?.parameter.DataType })
  if (overwrite && input.Tags?.length) {
    throw validation(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource."
    )
  }
  refuseClash(input, previous)
  const record = makeRecord(input, previous, call)
  call.region.parameters.set(`${call.account}/${name}`, record)
  return { Version: record.parameter.Version, Tier: input.Tier === 'Advanced' ? 'Advanced' : 'Standard' }
}

function refuseClash({ Type: type, Overwrite: overwrite }: PutParameterRequest, previous?: ParameterRecord): void {
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

function makeRecord(input: PutParameterRequest, previous: ParameterRecord | undefined, call: Call): ParameterRecord {
  const { Name = '', Value = '', Type = previous?.parameter.Type } = input
  const DataType = input.DataType ?? previous?.parameter.DataType ?? 'text'
  const { region, account, now, principal } = call
  const path = Name.startsWith('/') ? Name : `/${Name}`
  return {
    ownerId: account,
    tags: new Map(previous?.tags ?? input.Tags?.map(({ Key = '', Value: value = '' }) => [Key, value])),
    earlier: previous ? [...(previous.earlier ?? []), previous.parameter].slice(1 - MAX_VERSIONS) : [],
    description: input.Description ?? previous?.description,
    keyId: Type === 'SecureString' ? readKey(input.KeyId, call) : undefined,
    modifiedBy: principal,
    parameter: {
      Name,
      Value,
      Type,
      DataType,
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

/** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameter.html */
const deleteParameter: Handler<DeleteParameterRequest, DeleteParameterResult> = ({ Name: name = '' }, call) => {
  if (!deleteOwn(name, call)) throw new ServiceError('ParameterNotFound', '')
  return {}
}

/** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameters.html */
const deleteParameters: Handler<DeleteParametersRequest, DeleteParametersResult> = ({ Names: names = [] }, call) => {
  const unique = [...new Set(names)]
  if (unique.length < 1 || unique.length > 10) {
    throw validation("1 validation error detected: 'names' must have 1 to 10 members")
  }
  const DeletedParameters = unique.filter(name => deleteOwn(name, call))
  return { DeletedParameters, InvalidParameters: unique.filter(name => !DeletedParameters.includes(name)) }
}

const deleteOwn = (name: string, { region, account }: Call): boolean => region.parameters.delete(`${account}/${name}`)

export const writeParameterHandlers = {
  PutParameter: putParameter,
  DeleteParameter: deleteParameter,
  DeleteParameters: deleteParameters
} satisfies Handlers
