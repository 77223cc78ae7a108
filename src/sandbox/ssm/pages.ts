import { ServiceError } from '../errors.ts'
import { paginate } from '../world/pages.ts'

interface PageRequest {
  MaxResults?: number | undefined
  NextToken?: string | undefined
}

/**
 * Cuts one page out of a list, as SSM does: without MaxResults it is as long as MaxResults may be.
 * Errors: ValidationException, InvalidNextToken.
 */
export function page<T>(
  items: readonly T[],
  { MaxResults: size, NextToken }: PageRequest,
  { min = 1, max = 50 }: { min?: number; max?: number } = {}
): { page: T[]; NextToken?: string } {
  if (size !== undefined && (!Number.isInteger(size) || size < min || size > max)) {
    const why = `Member must have value between ${min} and ${max}`
    throw validation(
      `1 validation error detected: Value '${size}' at 'maxResults' failed to satisfy constraint: ${why}`
    )
  }
  try {
    return paginate(items, { MaxResults: size ?? max, NextToken })
  } catch {
    throw new ServiceError('InvalidNextToken', 'The specified token is not valid.')
  }
}

/** A value that SSM refuses before it looks any further. */
export const validation = (sentence: string): ServiceError => new ServiceError('ValidationException', sentence)
