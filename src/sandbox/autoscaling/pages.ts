import { ServiceError } from '../errors.ts'
import { validationError } from './errors.ts'

interface PageRequest {
  MaxRecords?: number | undefined
  NextToken?: string | undefined
}

const DEFAULT_SIZE = 50

/**
 * Cuts one page out of a list: of 50 unless asked otherwise. Errors: ValidationError, InvalidNextToken.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingGroups.html
 */
export function paginate<T>(
  items: readonly T[],
  { MaxRecords: size = DEFAULT_SIZE, NextToken: token }: PageRequest,
  max = 100
): { page: T[]; NextToken?: string } {
  if (!Number.isInteger(size) || size < 1 || size > max) {
    const constraint = `Member must have value between 1 and ${max}`
    throw validationError(`1 validation error detected: Value '${size}' at 'maxRecords' failed: ${constraint}`)
  }
  const start = token ? readToken(token) : 0
  const end = start + size
  return { page: items.slice(start, end), ...(end < items.length && { NextToken: writeToken(end) }) }
}

const writeToken = (offset: number): string => Buffer.from(`records:${offset}`).toString('base64url')

function readToken(token: string): number {
  const offset = /^records:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1]
  if (offset === undefined) throw new ServiceError('InvalidNextToken', `The token '${token.slice(0, 60)}' is invalid.`)
  return Number(offset)
}
