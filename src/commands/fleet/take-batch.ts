import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeInstanceAttributeCommand,
  StopInstancesCommand,
  TerminateInstancesCommand
} from '@aws-sdk/client-ec2'
import type { Aws, Clients } from '../../aws/aws.ts'
import { serviceErrorName } from '../../aws/failure.ts'
import { TAGS } from '../../image/tags.ts'
import type { Enforce } from '../../recipe/recipe.ts'
import { actOnEach } from './act-on-each.ts'
import { awaitSaved } from './await-saved.ts'
import type { InstanceFacts } from './facts.ts'
import { forEach } from './for-each.ts'
import type { Batch } from './plan-enforce.ts'
import { whenNotBusy } from './read-pages.ts'
import { saveVolumes } from './save-volumes.ts'
import type { Result } from './story.ts'

/** What the acts are done with beside their plan. */
export interface Means extends Pick<Enforce, 'exclude' | 'snapshotFirst'> {
  /** Tags of every snapshot. */
  readonly tags: Readonly<Record<string, string>>
}

/** What came of one instance. */
export type Taken = Pick<Result, 'id' | 'left' | 'error'>

/** EC2 lets an account make five snapshots a second for long. */
const AT_A_TIME = 5

/** Does with a batch what is planned. Result: what came of each of its instances. */
export async function takeBatch(aws: Aws, clients: Clients, batch: Batch, means: Means): Promise<Taken[]> {
  const { act, instances } = batch
  const ids = instances.map(({ instanceId }) => instanceId)
  const now = aws.now().toISOString()
  if (act === 'note') return toTaken(act, ids, await tag(aws, clients, ids, { [TAGS.unapproved]: now }))
  if (act === 'forget') return toTaken(act, ids, await untag(aws, clients, ids, [TAGS.unapproved, TAGS.stopped]))
  const prepared = await forEach(instances, AT_A_TIME, each => prepare(aws, clients, each, act, means))
  const kept = act === 'terminate' ? await keepUnsaved(aws, clients, prepared) : prepared
  const ready = kept.filter(({ left, error }) => left === undefined && error === undefined).map(({ id }) => id)
  const failed = act === 'stop' ? await stop(aws, clients, ready, now) : await terminate(aws, clients, ready)
  return [...kept.filter(({ id }) => !ready.includes(id)), ...toTaken(act, ready, failed)]
}

interface Prepared extends Taken {
  readonly snapshots?: readonly string[]
}

/** An instance whose snapshots are not complete stays. */
async function keepUnsaved(aws: Aws, clients: Clients, prepared: readonly Prepared[]): Promise<Taken[]> {
  const saved = new Map(prepared.flatMap(({ id, snapshots }) => (snapshots ? [[id, snapshots]] : [])))
  const problems = await awaitSaved(aws, clients, saved)
  return prepared.map(each => {
    const error = problems.get(each.id)
    return error ? { id: each.id, error } : each
  })
}

/** One that is protected would be snapshotted for nothing, run by run; without snapshots EC2's refusal tells it. */
async function prepare(
  aws: Aws,
  clients: Clients,
  { instanceId: id, hasVolumes }: InstanceFacts,
  act: 'stop' | 'terminate',
  { snapshotFirst, tags }: Means
): Promise<Prepared> {
  if (!snapshotFirst || !hasVolumes) return { id }
  try {
    if (await isProtected(aws, clients, id, act)) return { id, left: PROTECTED[act] }
    return { id, snapshots: await saveVolumes(aws, clients, id, tags) }
  } catch (error) {
    aws.signal.throwIfAborted()
    return { id, error }
  }
}

const PROTECTED = { stop: 'it is protected from being stopped', terminate: 'it is protected from termination' }

async function isProtected(aws: Aws, { ec2 }: Clients, id: string, act: 'stop' | 'terminate'): Promise<boolean> {
  const Attribute = act === 'stop' ? 'disableApiStop' : 'disableApiTermination'
  const command = new DescribeInstanceAttributeCommand({ InstanceId: id, Attribute })
  const found = await whenNotBusy(aws, `the attributes of ${id}`, () => ec2.send(command))
  return (act === 'stop' ? found.DisableApiStop : found.DisableApiTermination)?.Value === true
}

/** That they are stopped for this is written first: without it they would never be terminated. */
async function stop(aws: Aws, clients: Clients, ids: readonly string[], now: string): Promise<Map<string, unknown>> {
  const untagged = await tag(aws, clients, ids, { [TAGS.stopped]: now })
  const tagged = ids.filter(id => !untagged.has(id))
  const failed = await send(aws, tagged, 'be stopped', InstanceIds =>
    clients.ec2.send(new StopInstancesCommand({ InstanceIds }))
  )
  await untag(aws, clients, [...failed.keys()], [TAGS.stopped])
  return new Map([...untagged, ...failed])
}

const terminate = (aws: Aws, clients: Clients, ids: readonly string[]): Promise<Map<string, unknown>> =>
  send(aws, ids, 'be terminated', InstanceIds => clients.ec2.send(new TerminateInstancesCommand({ InstanceIds })))

function tag(aws: Aws, { ec2 }: Clients, ids: readonly string[], tags: Readonly<Record<string, string>>) {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  return send(aws, ids, 'be tagged', Resources => ec2.send(new CreateTagsCommand({ Resources, Tags })))
}

function untag(aws: Aws, { ec2 }: Clients, ids: readonly string[], keys: readonly string[]) {
  const Tags = keys.map(Key => ({ Key }))
  return send(aws, ids, 'be untagged', Resources => ec2.send(new DeleteTagsCommand({ Resources, Tags })))
}

const send = (aws: Aws, ids: readonly string[], what: string, request: (ids: string[]) => Promise<unknown>) =>
  actOnEach(ids, part => whenNotBusy(aws, `${part.length} instances to ${what}`, () => request(part)), aws.signal)

/** What somebody has protected meanwhile is left; all else that fails is an error. */
const toTaken = (act: Batch['act'], ids: readonly string[], failed: ReadonlyMap<string, unknown>): Taken[] =>
  ids.map(id => {
    const error = failed.get(id)
    if (error === undefined) return { id }
    const isRefused = (act === 'stop' || act === 'terminate') && serviceErrorName(error) === 'OperationNotPermitted'
    return isRefused ? { id, left: PROTECTED[act] } : { id, error }
  })
