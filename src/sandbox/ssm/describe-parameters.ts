import type { DescribeParametersRequest, DescribeParametersResult, ParameterMetadata } from '@aws-sdk/client-ssm'
import { ServiceError } from '../errors.ts'
import type { Handler, Handlers } from '../handler.ts'
import type { ParameterRecord } from '../world/records.ts'
import { page } from './pages.ts'
import { compileFilters } from './parameter-filters.ts'
import { parametersOf } from './read-parameters.ts'

/**
 * Lists what is said about the account's parameters, without their values.
 *
 * @lacks the deprecated Filters, parameters that other accounts share
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html
 */
const describeParameters: Handler<DescribeParametersRequest, DescribeParametersResult> = (input, call) => {
  if (input.Filters?.length || input.Shared) {
    const parameter = input.Shared ? 'Shared' : 'Filters (use ParameterFilters)'
    throw new ServiceError('UnsupportedOperation', `The sandbox does not model ${parameter} of ssm:DescribeParameters`)
  }
  const keys = ['Name', 'Type', 'KeyId', 'Path', 'Tier', 'DataType', 'tag']
  const found = parametersOf(call.account, call).filter(compileFilters(input.ParameterFilters, keys))
  const { page: cut, ...rest } = page(found, input)
  return { Parameters: cut.map(describe), ...rest }
}

function describe(record: ParameterRecord): ParameterMetadata {
  const { Value: _, ...metadata } = record.parameter
  return {
    ...metadata,
    ...(record.keyId && { KeyId: record.keyId }),
    LastModifiedUser: record.modifiedBy,
    Description: record.description,
    AllowedPattern: record.allowedPattern,
    Tier: record.tier ?? 'Standard',
    Policies: record.policies ?? []
  }
}

export const describeParameterHandlers = { DescribeParameters: describeParameters } satisfies Handlers
