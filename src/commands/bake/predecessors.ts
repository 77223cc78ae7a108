import { DescribeInstancesCommand, type Instance } from '@aws-sdk/client-ec2'
import type { Clients } from '../../aws/aws.ts'
import { isOwnLaunch } from '../../image/client-token.ts'
import { TAGS } from '../../image/tags.ts'
import type { BakePlan } from './plan.ts'

export interface Predecessors {
  /** Those of runs that may be going on. */
  readonly alive: readonly string[]
  /** Those whose deadline is long gone: nobody is coming back for them. */
  readonly expired: readonly string[]
  /** How many have ended; EC2 shows them for about an hour. */
  readonly deadCount: number
}

/** A builder is left alone until its deadline is this long gone. */
const GRACE_MS = 3_600_000
const GONE = new Set(['shutting-down', 'terminated'])

/** The builders that were launched for the same image before. */
export async function findPredecessors(clients: Clients, { tags }: BakePlan, now: Date): Promise<Predecessors> {
  const keys = [TAGS.family, TAGS.digest, TAGS.channel] as const
  const filters = keys.map(key => ({ Name: `tag:${key}`, Values: [tags[key] ?? ''] }))
  const { Reservations: reservations = [] } = await clients.ec2.send(new DescribeInstancesCommand({ Filters: filters }))
  const instances = reservations.flatMap(reservation => reservation.Instances ?? []).filter(isOwnLaunch)
  const left = instances.filter(({ State: state }) => !GONE.has(state?.Name ?? ''))
  const idsOf = (list: readonly Instance[]) => list.map(({ InstanceId: id = '' }) => id)
  return {
    alive: idsOf(left.filter(instance => endOf(instance) > now.getTime())),
    expired: idsOf(left.filter(instance => endOf(instance) <= now.getTime())),
    deadCount: instances.length - left.length
  }
}

/** When a builder's run is surely over; never, where it has no readable deadline. */
function endOf({ Tags: tags = [] }: Instance): number {
  const deadline = Date.parse(tags.find(tag => tag.Key === TAGS.deadline)?.Value ?? '')
  return Number.isNaN(deadline) ? Number.POSITIVE_INFINITY : deadline + GRACE_MS
}
