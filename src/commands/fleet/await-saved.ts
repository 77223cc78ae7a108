import { DescribeSnapshotsCommand, type Snapshot } from '@aws-sdk/client-ec2'
import type { Aws, Clients } from '../../aws/aws.ts'
import { type Look, waitFor } from '../../aws/poller.ts'
import { AmiError } from '../../errors.ts'

const MAX_PAUSE_SECONDS = 30
/** Of a filter. */
const MAX_VALUES = 200

/**
 * Waits until the snapshots of instances are complete: one that fails when its volume is gone can not be made again.
 * Result: by instance, why it has to stay. Errors: what EC2 says of the look.
 */
export async function awaitSaved(
  aws: Aws,
  clients: Clients,
  saved: ReadonlyMap<string, readonly string[]>
): Promise<Map<string, AmiError>> {
  const all = [...saved.values()].flat()
  if (all.length === 0) return new Map()
  let states = new Map<string, Snapshot>()
  const look = async (): Promise<Look<void>> => {
    states = await readSnapshots(clients, all)
    const pending = all.filter(id => isPending(states.get(id))).length
    return pending === 0 ? { done: undefined } : { waiting: `${pending} of ${all.length} pending` }
  }
  const { signal, run } = aws
  const wait = { timeoutSeconds: run.inputs.timeoutSeconds, maxPauseSeconds: MAX_PAUSE_SECONDS, signal, log: run.log }
  await waitFor({ what: `the snapshots of ${saved.size} instances`, look, ...wait }).catch(error => {
    if (!(error instanceof AmiError) || error.code !== 'TIMEOUT') throw error
  })
  return new Map([...saved].flatMap(([id, snapshots]) => findProblem(id, snapshots, states)))
}

/** By a filter: what was made just now may not be visible yet. */
async function readSnapshots({ ec2 }: Clients, ids: readonly string[]): Promise<Map<string, Snapshot>> {
  const found: Snapshot[] = []
  for (let from = 0; from < ids.length; from += MAX_VALUES) {
    const Filters = [{ Name: 'snapshot-id', Values: ids.slice(from, from + MAX_VALUES) }]
    const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters }))
    found.push(...Snapshots)
  }
  return new Map(found.map(snapshot => [snapshot.SnapshotId ?? '', snapshot]))
}

const isPending = (snapshot: Snapshot | undefined): boolean => !snapshot || snapshot.State === 'pending'

function findProblem(
  id: string,
  snapshots: readonly string[],
  states: ReadonlyMap<string, Snapshot>
): [string, AmiError][] {
  const bad = snapshots.find(each => states.get(each)?.State !== 'completed')
  if (!bad) return []
  const { State: state = 'not visible', StateMessage: why } = states.get(bad) ?? {}
  const sentence = `Expected the snapshot ${bad} of ${id} to be complete before it is terminated, found it ${state}${why ? `: ${why}` : ''}`
  return [[id, new AmiError('EC2', sentence, { hint: 'The instance stays; the next run tries again.' })]]
}
