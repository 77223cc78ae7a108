import { invalidValue, ServiceError } from '../../errors.ts'

const LEAST = 5
const MOST = 1000

interface PageRequest {
  readonly MaxResults?: number | undefined
  readonly NextToken?: string | undefined
  readonly SnapshotIds?: readonly string[] | undefined
}

/**
 * How many snapshots a page may have, and after which one it starts. A size above 1000 means 1000.
 * Errors: InvalidParameterValue; InvalidParameterCombination for a size together with ids.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html (MaxResults)
 */
export function readPage({ MaxResults: size, NextToken: token, SnapshotIds: ids }: PageRequest): {
  size: number | undefined
  after: string | undefined
} {
  if (size !== undefined && !(Number.isInteger(size) && size >= LEAST)) {
    throw invalidValue('MaxResults', String(size), `a whole number from ${LEAST} to ${MOST}`)
  }
  if (size !== undefined && ids?.length) {
    const sentence = 'The parameter snapshotSet cannot be used with the parameter maxResults'
    throw new ServiceError('InvalidParameterCombination', sentence)
  }
  return { size: size && Math.min(size, MOST), after: token ? readToken(token) : undefined }
}

/** Names the last snapshot of a page: what is made or deleted meanwhile makes no other appear twice. */
export const writeToken = (lastId: string): string => Buffer.from(`after:${lastId}`).toString('base64url')

function readToken(token: string): string {
  const id = /^after:(snap-[0-9a-f]+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1]
  if (id === undefined) throw invalidValue('NextToken', token.slice(0, 60), 'the token of an earlier answer')
  return id
}
