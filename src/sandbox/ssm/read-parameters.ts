import type {
  DescribeParametersRequest,
  DescribeParametersResult,
  GetParameterRequest,
  GetParameterResult,
  GetParametersByPathRequest,
  GetParametersByPathResult,
  GetParametersRequest,
  GetParametersResult,
  ParameterMetadata,
  ParameterStringFilter
} from '@aws-sdk/client-ssm'
import { ServiceError } from '../errors.ts'
import type { Call, Handler, Handlers } from '../handler.ts'
import type { ParameterRecord } from '../world/records.ts'
import { answer, findParameter } from './find-parameter.ts'
import { page, validation } from './pages.ts'

const MAX_NAMES = 10

/**
 * AWS gives ParameterNotFound no sentence.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 */
const getParameter: Handler<GetParameterRequest, GetParameterResult> = (input, call) => {
  const Parameter = findParameter(call, input.Name ?? '', input.WithDecryption)
  if (!Parameter) throw new ServiceError('ParameterNotFound', '')
  return { Parameter }
}

/** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
const getParameters: Handler<GetParametersRequest, GetParametersResult> = (input, call) => {
  const names = [...new Set(input.Names ?? [])]
  if (names.length < 1 || names.length > MAX_NAMES) {
    throw validation(`1 validation error detected: 'names' must have 1 to ${MAX_NAMES} members`)
  }
  const found = names.map(name => findParameter(call, name, input.WithDecryption))
  return {
    Parameters: found.filter(parameter => parameter !== undefined),
    InvalidParameters: names.filter((_, i) => !found[i])
  }
}

/** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html */
const getByPath: Handler<GetParametersByPathRequest, GetParametersByPathResult> = (input, call) => {
  const { Path: path = '', Recursive: recursive = false, WithDecryption: decrypted } = input
  if (!path.startsWith('/')) {
    throw validation(
      'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/".'
    )
  }
  const prefix = path.endsWith('/') ? path : `${path}/`
  const matches = compile(input.ParameterFilters, ['Type', 'KeyId'])
  const found = visible(call, prefix.startsWith('/aws/service/') ? 'aws' : call.account).filter(record => {
    const { Name: name } = record.parameter
    return name.startsWith(prefix) && (recursive || !name.includes('/', prefix.length)) && matches(record)
  })
  const { page: cut, ...rest } = page(found, input, { max: 10 })
  return { Parameters: cut.map(({ parameter }) => answer(parameter, decrypted)), ...rest }
}

/** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html */
const describeParameters: Handler<DescribeParametersRequest, DescribeParametersResult> = (input, call) => {
  if (input.Filters?.length) {
    throw new ServiceError(
      'UnsupportedOperation',
      'The sandbox models ParameterFilters of ssm:DescribeParameters, not Filters'
    )
  }
  const found = visible(call, call.account).filter(compile(input.ParameterFilters, ['Name', 'Type', 'KeyId', 'Path']))
  const { page: cut, ...rest } = page(found, input)
  return { Parameters: cut.map(describe), ...rest }
}

const visible = ({ region }: Call, owner: string): ParameterRecord[] =>
  [...region.parameters.values()]
    .filter(({ ownerId }) => ownerId === owner)
    .sort((a, b) => (a.parameter.Name < b.parameter.Name ? -1 : 1))

function describe({ parameter, description, keyId, modifiedBy }: ParameterRecord): ParameterMetadata {
  const { Value: _, ...metadata } = parameter
  return {
    ...metadata,
    Description: description,
    KeyId: keyId,
    LastModifiedUser: modifiedBy,
    Tier: 'Standard',
    Policies: []
  }
}

function compile(
  filters: readonly ParameterStringFilter[] | undefined,
  keys: readonly string[]
): (record: ParameterRecord) => boolean {
  const tests = (filters ?? []).map(filter => compileFilter(filter, keys))
  return record => tests.every(test => test(record))
}

function compileFilter(
  { Key: key = '', Option: option, Values: values = [] }: ParameterStringFilter,
  keys: readonly string[]
): (record: ParameterRecord) => boolean {
  if (!keys.includes(key)) {
    throw new ServiceError(
      'InvalidFilterKey',
      `The following filter key is not valid: ${key.slice(0, 132)}. Valid filter keys include: [${keys.join(', ')}].`
    )
  }
  const accepts = OPTIONS[option ?? (key === 'Path' ? 'OneLevel' : 'Equals')]
  if (!accepts)
    throw new ServiceError(
      'InvalidFilterOption',
      `The following filter option is not valid: ${String(option).slice(0, 20)}.`
    )
  return ({ parameter, keyId }) => {
    const value = key === 'Type' ? parameter.Type : key === 'KeyId' ? keyId : parameter.Name
    return value !== undefined && values.some(wanted => accepts(value, wanted))
  }
}

const OPTIONS: Readonly<Record<string, (value: string, wanted: string) => boolean>> = {
  Equals: (value, wanted) => value === wanted,
  BeginsWith: (value, wanted) => value.startsWith(wanted),
  Contains: (value, wanted) => value.includes(wanted),
  OneLevel: (value, wanted) => value.slice(0, value.lastIndexOf('/')) === wanted.replace(/\/$/, ''),
  Recursive: (value, wanted) => value.startsWith(`${wanted.replace(/\/$/, '')}/`)
}

export const readParameterHandlers = {
  GetParameter: getParameter,
  GetParameters: getParameters,
  GetParametersByPath: getByPath,
  DescribeParameters: describeParameters
} satisfies Handlers
