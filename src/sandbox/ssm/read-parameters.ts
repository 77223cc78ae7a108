import type {
  GetParameterRequest,
  GetParameterResult,
  GetParametersByPathRequest,
  GetParametersByPathResult,
  GetParametersRequest,
  GetParametersResult,
  Parameter,
  ParameterStringFilter
} from '@aws-sdk/client-ssm'
import { ServiceError } from '../errors.ts'
import type { Call, Handler, Handlers } from '../handler.ts'
import type { ParameterRecord } from '../world/records.ts'
import { answer, findParameter, parameterNotFound, versionOf } from './find-parameter.ts'
import { page, validation } from './pages.ts'
import { compileFilters } from './parameter-filters.ts'

const MAX_NAMES = 10

/**
 * Reads a parameter: its latest version, or the one of a number or label.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 */
const getParameter: Handler<GetParameterRequest, GetParameterResult> = (input, call) => {
  const Parameter = findParameter(call, input.Name ?? '', input.WithDecryption)
  if (!Parameter) throw parameterNotFound()
  return { Parameter }
}

/**
 * Reads up to ten parameters; those that are not there, and versions that are not there, are named.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
 */
const getParameters: Handler<GetParametersRequest, GetParametersResult> = (input, call) => {
  const names = [...new Set(input.Names ?? [])]
  if (names.length < 1 || names.length > MAX_NAMES) {
    throw validation(`1 validation error detected: 'names' must have 1 to ${MAX_NAMES} members`)
  }
  const found = names.map(name => tryFind(name, input.WithDecryption, call))
  return {
    Parameters: found.filter(parameter => parameter !== undefined),
    InvalidParameters: names.filter((_, i) => !found[i])
  }
}

function tryFind(name: string, decrypted: boolean | undefined, call: Call): Parameter | undefined {
  try {
    return findParameter(call, name, decrypted)
  } catch (error) {
    if (error instanceof ServiceError) return undefined
    throw error
  }
}

/**
 * Reads the parameters below a path; with a filter by label, the versions that have it.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
 */
const getByPath: Handler<GetParametersByPathRequest, GetParametersByPathResult> = (input, call) => {
  const { Path: path = '', Recursive: recursive = false, WithDecryption: decrypted } = input
  if (!path.startsWith('/')) {
    throw validation(
      'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/".'
    )
  }
  const prefix = path.endsWith('/') ? path : `${path}/`
  const passes = compileFilters(input.ParameterFilters, ['Type', 'KeyId', 'Label'])
  const owner = prefix.startsWith('/aws/service/') ? 'aws' : call.account
  const found = parametersOf(owner, call).filter(record => {
    const { Name: name } = record.parameter
    return name.startsWith(prefix) && (recursive || !name.includes('/', prefix.length)) && passes(record)
  })
  const { page: cut, ...rest } = page(found, input, { max: 10 })
  const label = labelOf(input.ParameterFilters)
  return { Parameters: cut.map(record => answer(labelled(record, label), decrypted)), ...rest }
}

const labelOf = (filters: readonly ParameterStringFilter[] = []): string | undefined =>
  filters.find(({ Key }) => Key === 'Label')?.Values?.[0]

const labelled = (record: ParameterRecord, label: string | undefined): Parameter =>
  (label === undefined ? record : (versionOf(record, label) ?? record)).parameter

/** The parameters of an owner, by name. */
export const parametersOf = (owner: string, { region }: Call): ParameterRecord[] =>
  [...region.parameters.values()]
    .filter(({ ownerId }) => ownerId === owner)
    .sort((a, b) => (a.parameter.Name < b.parameter.Name ? -1 : 1))

export const readParameterHandlers = {
  GetParameter: getParameter,
  GetParameters: getParameters,
  GetParametersByPath: getByPath
} satisfies Handlers
