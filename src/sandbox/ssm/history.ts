import type { GetParameterHistoryRequest, GetParameterHistoryResult, ParameterHistory } from '@aws-sdk/client-ssm'
import type { Handler, Handlers } from '../handler.ts'
import type { ParameterVersion } from '../world/records.ts'
import { answer, findRecord, parameterNotFound, versionsOf } from './find-parameter.ts'
import { page } from './pages.ts'

/**
 * Lists the versions of a parameter that are kept, oldest first, with their labels.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameterHistory.html
 */
const getHistory: Handler<GetParameterHistoryRequest, GetParameterHistoryResult> = (input, call) => {
  const record = findRecord((input.Name ?? '').trim(), call)
  if (!record) throw parameterNotFound()
  const { page: cut, ...rest } = page(versionsOf(record), input)
  return { Parameters: cut.map(version => describeVersion(version, input.WithDecryption)), ...rest }
}

function describeVersion(version: ParameterVersion, decrypted: boolean | undefined): ParameterHistory {
  const { ARN: _, ...parameter } = answer(version.parameter, decrypted)
  return {
    ...parameter,
    ...(version.keyId && { KeyId: version.keyId }),
    LastModifiedUser: version.modifiedBy,
    Description: version.description,
    AllowedPattern: version.allowedPattern,
    Labels: version.labels ?? [],
    Tier: version.tier ?? 'Standard',
    Policies: version.policies ?? []
  }
}

export const historyHandlers = { GetParameterHistory: getHistory } satisfies Handlers
