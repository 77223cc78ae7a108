import { invalidValue } from '../errors.ts'

interface PageRequest {
  MaxResults?: number | undefined
  NextToken?: string | undefined
}

/**
 * Cuts one page out of a list. Without MaxResults EC2 returns everything.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html#api-pagination
 */
export function paginate<T>(
  items: readonly T[],
  { MaxResults: size, NextToken: token }: PageRequest,
  { min = 1, max = 1000 }: { min?: number; max?: number } = {}
): { page: T[]; NextToken?: string } {
  if (size !== undefined && (size < min || !Number.isInteger(size))) {
    throw invalidValue('MaxResults', String(size), `a whole number from ${min} to ${max}`)
  }
  const start = token ? readToken(token) : 0
  const end = size === undefined ? items.length : start + Math.min(size, max)
  return { page: items.slice(start, end), ...(end < items.length && { NextToken: writeToken(end) }) }
}

const writeToken = (offset: number): string => Buffer.from(`page:${offset}`).toString('base64url')

function readToken(token: string): number {
  const offset = /^page:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1]
  if (offset === undefined) throw invalidValue('NextToken', token.slice(0, 60), 'the token of an earlier answer')
  return Number(offset)
}
