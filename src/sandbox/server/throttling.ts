import type { Clock } from '../world/clock.ts'
import {
  type BucketSize,
  CATEGORIES,
  RESOURCE_BUCKETS,
  UNCATEGORIZED,
  UNFILTERED_AND_UNPAGINATED
} from './ec2-token-buckets.ts'
import { commonError } from './fault-errors.ts'

interface Bucket {
  readonly size: BucketSize
  tokens: number
  filledAt: number
}

interface ThrottledCall {
  readonly account: string
  readonly region: string
  readonly operation: string
  readonly input: object
}

/** What the buckets of a call are called, their sizes, and how many tokens it takes from each. */
type Taking = readonly [name: string, size: BucketSize, tokens: number]

/**
 * EC2's token buckets, by account, region and action, filled by the sandbox's clock.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
 */
export class Throttling {
  enabled: boolean
  readonly #clock: Clock
  readonly #buckets = new Map<string, Bucket>()

  constructor(clock: Clock, enabled: boolean) {
    this.#clock = clock
    this.enabled = enabled
  }

  /** Fills all buckets. */
  clear(): void {
    this.#buckets.clear()
  }

  /** Takes the tokens of a call to EC2. Errors: RequestLimitExceeded where a bucket has too few; none is taken then. */
  take(call: ThrottledCall): void {
    if (!this.enabled) return
    const taken = takingsOf(call).map(([name, size, tokens]) => ({
      bucket: this.#fill(`${call.account}/${call.region}/${name}`, size),
      tokens
    }))
    if (taken.some(({ bucket, tokens }) => bucket.tokens < tokens))
      throw commonError({ service: 'ec2', protocol: 'ec2' }, 'throttle')
    for (const { bucket, tokens } of taken) bucket.tokens -= tokens
  }

  #fill(name: string, size: BucketSize): Bucket {
    const now = this.#clock.now().getTime()
    const bucket = this.#buckets.get(name) ?? { size, tokens: size.capacity, filledAt: now }
    bucket.tokens = Math.min(size.capacity, bucket.tokens + ((now - bucket.filledAt) / 1000) * size.perSecond)
    bucket.filledAt = now
    this.#buckets.set(name, bucket)
    return bucket
  }
}

function takingsOf({ operation, input }: ThrottledCall): Taking[] {
  const resources = RESOURCE_BUCKETS[operation]
  const request = requestBucket(operation, input)
  return resources ? [request, [`${operation} instances`, resources, countInstances(input)]] : [request]
}

/** Parameters with which a request asks for less than everything; ids count as a filter. */
const NARROWING = /^(Filters|MaxResults|NextToken)$|(Ids|Names)$/

function requestBucket(operation: string, input: object): Taking {
  const own = Object.hasOwn(UNCATEGORIZED, operation) ? UNCATEGORIZED[operation] : undefined
  if (own) return [operation, own, 1]
  if (!/^(Describe|List|Search|Get)/.test(operation)) return [operation, CATEGORIES.mutating, 1]
  const isNarrowed = Object.entries(input).some(([name, value]) => NARROWING.test(name) && [value].flat().length > 0)
  return !isNarrowed && UNFILTERED_AND_UNPAGINATED.has(operation)
    ? [`${operation} of all`, CATEGORIES.unfilteredAndUnpaginated, 1]
    : [operation, CATEGORIES.nonMutating, 1]
}

/** A launch takes as many tokens as it asks for at the most. */
function countInstances(input: object): number {
  const { InstanceIds: ids, MaxCount = 1 } = input as { InstanceIds?: readonly string[]; MaxCount?: number }
  return ids?.length ?? MaxCount
}
