import { DescribeInstancesCommand, type Instance } from '@aws-sdk/client-ec2'
import type { Clients } from '../../aws/aws.ts'
import { TAGS } from '../../image/tags.ts'
import type { BakePlan } from './plan.ts'

export interface Predecessors {
  /** Those of runs that may be going on. */
  readonly alive: readonly string[]
  /** Those whose deadline has passed: nobody is coming back for them. */
  readonly expired: readonly string[]
  /** How many have ended; EC2 shows them for about an hour. */
  readonly deadCount: number
}

const GONE = new Set(['shutting-down', 'terminated'])

/** The builders that were launched for the same image before. */
export async function findPredecessors(clients: Clients, { tags }: BakePlan, now: Date): Promise<Predecessors> {
  const keys = [TAGS.family, TAGS.digest, TAGS.channel] as const
  const filters = keys.map(key => ({ Name: `tag:${key}`, Values: [tags[key] ?? ''] }))
  const { Reservations: reservations = [] } = await clients.ec2.send(new DescribeInstancesCommand({ Filters: filters }))
  const instances = reservations.flatMap(reservation => reservation.Instances ?? [])
  const left = instances.filter(({ State: state }) => !GONE.has(state?.Name ?? ''))
  const idsOf = (list: readonly Instance[]) => list.map(({ InstanceId: id = '' }) => id)
  return {
    alive: idsOf(left.filter(instance => deadlineOf(instance) > now.getTime())),
    expired: idsOf(left.filter(instance => deadlineOf(instance) <= now.getTime())),
    deadCount: instances.length - left.length
  }
}

/** An instance without a readable deadline has none: it is not ours to end. */
function deadlineOf({ Tags: tags = [] }: Instance): number {
  const deadline = Date.parse(tags.find(tag => tag.Key === TAGS.deadline)?.Value ?? '')
  return Number.isNaN(deadline) ? Number.POSITIVE_INFINITY : deadline
}
