import type {
  DeleteParameterRequest,
  DeleteParameterResult,
  DeleteParametersRequest,
  DeleteParametersResult
} from '@aws-sdk/client-ssm'
import type { Call, Handler, Handlers } from '../handler.ts'
import { parameterNotFound } from './find-parameter.ts'
import { validation } from './pages.ts'

const MAX_NAMES = 10

/**
 * Deletes a parameter with all of its versions.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameter.html
 */
const deleteParameter: Handler<DeleteParameterRequest, DeleteParameterResult> = ({ Name: name = '' }, call) => {
  if (!deleteOwn(name, call)) throw parameterNotFound()
  return {}
}

/**
 * Deletes up to ten parameters; those that are not there are named.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameters.html
 */
const deleteParameters: Handler<DeleteParametersRequest, DeleteParametersResult> = ({ Names: names = [] }, call) => {
  const unique = [...new Set(names)]
  if (unique.length < 1 || unique.length > MAX_NAMES) {
    throw validation(`1 validation error detected: 'names' must have 1 to ${MAX_NAMES} members`)
  }
  const DeletedParameters = unique.filter(name => deleteOwn(name, call))
  return { DeletedParameters, InvalidParameters: unique.filter(name => !DeletedParameters.includes(name)) }
}

/** What is being validated for it goes with it. */
function deleteOwn(name: string, { region, account }: Call): boolean {
  const key = `${account}/${name.trim()}`
  if (!region.parameters.delete(key)) return false
  region.pendingParameters.delete(key)
  return true
}

export const deleteParameterHandlers = {
  DeleteParameter: deleteParameter,
  DeleteParameters: deleteParameters
} satisfies Handlers
