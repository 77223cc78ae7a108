import type { DescribeImagesRequest } from '@aws-sdk/client-ec2'
import { invalidValue } from '../../errors.ts'

const MAX_PAGE = 1000

/**
 * How many images a page may have, and after which one it starts. Errors: InvalidParameterValue.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html#api-pagination
 */
export function readPage({ MaxResults: size, NextToken: token }: DescribeImagesRequest): {
  size: number | undefined
  after: string | undefined
} {
  if (size !== undefined && !(Number.isInteger(size) && size >= 1 && size <= MAX_PAGE)) {
    throw invalidValue('MaxResults', String(size), `a whole number from 1 to ${MAX_PAGE}`)
  }
  return { size, after: token ? readToken(token) : undefined }
}

/** Names the last image of a page: what is registered or deregistered meanwhile makes no other appear twice. */
export const writeToken = (lastId: string): string => Buffer.from(`after:${lastId}`).toString('base64url')

function readToken(token: string): string {
  const id = /^after:(ami-[0-9a-f]+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1]
  if (id === undefined) throw invalidValue('NextToken', token.slice(0, 60), 'the token of an earlier answer')
  return id
}
