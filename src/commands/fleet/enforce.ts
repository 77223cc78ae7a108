import { StartInstanceRefreshCommand } from '@aws-sdk/client-auto-scaling'
import type { Aws, Clients } from '../../aws/aws.ts'
import { serviceErrorName } from '../../aws/failure.ts'
import type { InstanceFacts } from './facts.ts'
import { readInstances } from './observe-instances.ts'
import { BATCH_SIZE, type Batch, type PlacePlan, type Replacement } from './plan-enforce.ts'
import { whenNotBusy } from './read-pages.ts'
import type { Result } from './story.ts'
import { type Means, type Taken, takeBatch } from './take-batch.ts'

/**
 * Does what is planned for one place, batch by batch; each is looked at once more just before: what has changed since, or
 * has got a tag that spares it, is left. Result: what came of each instance and group. One that fails holds up no other.
 */
export async function enforce(home: Aws, plan: PlacePlan, means: Means): Promise<Result[]> {
  const aws = home.as(plan.place.account)
  const clients = aws.in(plan.place.region)
  const results: Result[] = []
  for (const batch of plan.batches) {
    const taken = await lookAndTake(aws, clients, batch, means)
    results.push(...taken.map(each => ({ place: plan.place, act: batch.act, ...each })))
  }
  for (const each of plan.replacements) {
    results.push({ place: plan.place, id: each.group, act: 'replace', ...(await replace(aws, clients, each, means)) })
  }
  return results
}

/** Where the look fails, nothing is done. */
async function lookAndTake(aws: Aws, clients: Clients, batch: Batch, means: Means): Promise<Taken[]> {
  try {
    const { same, changed } = await lookAgain(aws, clients, batch.instances, means)
    const left = changed.map(({ instanceId: id }) => ({ id, left: CHANGED }))
    return [...left, ...(await takeBatch(aws, clients, { ...batch, instances: same }, means))]
  } catch (error) {
    aws.signal.throwIfAborted()
    return batch.instances.map(({ instanceId: id }) => ({ id, error }))
  }
}

const CHANGED = 'it has changed meanwhile'

async function lookAgain(aws: Aws, clients: Clients, planned: readonly InstanceFacts[], { exclude }: Means) {
  const ids = planned.map(({ instanceId }) => instanceId)
  const found = ids.length > 0 ? await readInstances(aws, clients, exclude, ids) : []
  const present = new Set(found.map(each => JSON.stringify(each)))
  const isSame = (each: InstanceFacts) => present.has(JSON.stringify(each))
  return { same: planned.filter(isSame), changed: planned.filter(each => !isSame(each)) }
}

/**
 * The volumes of a group's instances are not snapshotted: a group replaces its instances at any time.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh.html
 */
async function replace(aws: Aws, clients: Clients, { group, due, skipsMatching }: Replacement, means: Means) {
  const command = new StartInstanceRefreshCommand({
    AutoScalingGroupName: group,
    Preferences: { SkipMatching: skipsMatching }
  })
  try {
    // One that is still due is reason enough.
    const { same } = await lookAgain(aws, clients, due.slice(0, BATCH_SIZE), means)
    if (same.length === 0) return { left: CHANGED }
    await whenNotBusy(aws, `the instance refresh of ${group} to start`, () => clients.autoscaling.send(command))
    return {}
  } catch (error) {
    aws.signal.throwIfAborted()
    return serviceErrorName(error) === 'InstanceRefreshInProgress'
      ? { left: 'an instance refresh is under way' }
      : { error }
  }
}
