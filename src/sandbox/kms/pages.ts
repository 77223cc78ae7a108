import { ServiceError } from '../errors.ts'
import { paginate } from '../world/pages.ts'

const DEFAULT_LIMIT = 100

interface MarkerRequest {
  Limit?: number | undefined
  Marker?: string | undefined
}

/**
 * Cuts one page out of a list, as KMS does. Errors: ValidationException, InvalidMarkerException.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html
 */
export function page<T>(
  items: readonly T[],
  { Limit: limit = DEFAULT_LIMIT, Marker: marker }: MarkerRequest
): { page: T[]; Truncated: boolean; NextMarker?: string } {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw new ServiceError('ValidationException', `Value '${limit}' at 'limit' must be between 1 and 1000`)
  }
  const { page: cut, NextToken } = readPage(items, limit, marker)
  return { page: cut, Truncated: NextToken !== undefined, ...(NextToken && { NextMarker: NextToken }) }
}

function readPage<T>(items: readonly T[], limit: number, marker: string | undefined) {
  try {
    return paginate(items, { MaxResults: limit, NextToken: marker })
  } catch {
    throw new ServiceError('InvalidMarkerException', 'The marker is not that of an earlier answer')
  }
}
