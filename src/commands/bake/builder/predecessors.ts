import { type Instance, paginateDescribeInstances } from '@aws-sdk/client-ec2'
import type { Clients } from '../../../aws/aws.ts'
import { isOwnLaunch } from '../../../image/client-token.ts'
import { isSuperseded } from '../../../image/run-id.ts'
import { TAGS } from '../../../image/tags.ts'
import type { BakePlan } from '../plan/plan.ts'

/** What is baked, and by whom: family, digest, channel and run are among the tags. */
export type Target = Pick<BakePlan, 'tags'>

export interface Predecessors {
  /** Those of other runs that may be going on. */
  readonly alive: readonly Instance[]
  /**
   * Those that nobody is coming back for: their deadline is long gone, or their job is being run again, which GitHub does
   * only after it has ended.
   */
  readonly left: readonly Instance[]
  /** How many have ended; EC2 shows them for about an hour. */
  readonly deadCount: number
}

/** The stage of a builder that only waits to be imaged. */
export const SEALED = 'sealed'

/** Whether a builder was sealed and has stopped: it is as good as its image. */
export const isSealed = (instance: Instance): boolean =>
  instance.State?.Name === 'stopped' && tagOf(instance, TAGS.stage) === SEALED

/** A builder is left alone until its deadline is this long gone. */
const GRACE_MS = 3_600_000
const GONE = new Set(['shutting-down', 'terminated'])

/** The builders that were launched for the same image before. */
export async function findPredecessors(clients: Clients, { tags }: Target, now: Date): Promise<Predecessors> {
  const keys = [TAGS.family, TAGS.digest, TAGS.channel] as const
  const filters = keys.map(key => ({ Name: `tag:${key}`, Values: [tags[key] ?? ''] }))
  const found: Instance[] = []
  for await (const page of paginateDescribeInstances({ client: clients.ec2 }, { Filters: filters })) {
    found.push(...(page.Reservations ?? []).flatMap(reservation => reservation.Instances ?? []))
  }
  return sortPredecessors(found.filter(isOwnLaunch), tags[TAGS.run] ?? '', now)
}

/** Tells the builders of dead runs from those of living ones; pure. */
export function sortPredecessors(instances: readonly Instance[], run: string, now: Date): Predecessors {
  const standing = instances.filter(({ State: state }) => !GONE.has(state?.Name ?? ''))
  const isLeft = (instance: Instance) =>
    isSuperseded(tagOf(instance, TAGS.run), run) || endOf(instance) <= now.getTime()
  return {
    alive: standing.filter(instance => !isLeft(instance)),
    left: standing.filter(isLeft),
    deadCount: instances.length - standing.length
  }
}

/** When a builder's run is surely over; never, where it has no readable deadline. */
function endOf(instance: Instance): number {
  const deadline = Date.parse(tagOf(instance, TAGS.deadline))
  return Number.isNaN(deadline) ? Number.POSITIVE_INFINITY : deadline + GRACE_MS
}

const tagOf = ({ Tags: tags = [] }: Instance, key: string): string => tags.find(tag => tag.Key === key)?.Value ?? ''
