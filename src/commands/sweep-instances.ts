import {
  type Filter,
  type Instance,
  paginateDescribeInstances,
  paginateDescribeSpotInstanceRequests,
  type SpotInstanceRequest
} from '@aws-sdk/client-ec2'
import type { Clients } from '../aws/aws.ts'
import { isOwnLaunch } from '../image/client-token.ts'
import { TAGS } from '../image/tags.ts'
import type { Log } from '../run.ts'
import { cancelSpotRequests, terminate } from './end-instances.ts'
import { QUICK, sweep } from './sweep-loop.ts'
import { unlessDenied } from './unless-denied.ts'

const ALIVE: readonly (string | undefined)[] = ['pending', 'running', 'stopping', 'stopped']
const LIVE_REQUEST: readonly (string | undefined)[] = ['open', 'active', 'disabled']

/**
 * Ends what this run has launched: cancels its spot requests, then terminates its instances. `pausesMs` is for a run of
 * which nothing can be seen. Result: the ids of the instances that were not ended before.
 */
export async function sweepInstances(
  clients: Clients,
  run: string,
  log: Log,
  pausesMs: readonly number[] = QUICK
): Promise<string[]> {
  let isSeen = false
  const find = async () => {
    const { requests, instances } = await findLaunched(clients, run, log)
    isSeen ||= instances.length > 0
    return toEnd(requests, instances)
  }
  const end = async (ids: readonly string[]) => {
    const [requests, instances] = [ids.filter(isRequest), ids.filter(id => !isRequest(id))]
    await cancelSpotRequests(clients, requests, log)
    await terminate(clients, instances, log)
  }
  const ended = await sweep(find, end, () => (isSeen ? QUICK : pausesMs))
  return ended.filter(id => !isRequest(id))
}

const isRequest = (id: string): boolean => id.startsWith('sir-')

/** The ids of what is not over yet: requests that may launch an instance, and instances. */
function toEnd(requests: readonly SpotInstanceRequest[], instances: readonly Instance[]): string[] {
  const live = requests.filter(({ State: state }) => LIVE_REQUEST.includes(state))
  const standing = instances.filter(({ State: state }) => ALIVE.includes(state?.Name))
  const ids = [
    ...live.map(({ SpotInstanceRequestId: id }) => id),
    ...standing.map(({ SpotInstanceRequestId: id }) => id),
    ...standing.map(({ InstanceId: id }) => id)
  ]
  return [...new Set(ids.filter(id => id !== undefined && id !== ''))] as string[]
}

/**
 * The spot requests and the instances of a run, ended ones as well. An instance that EC2 launched again for a request has
 * neither our tags nor our ClientToken: it is known by the request, which has the tags.
 */
async function findLaunched(clients: Clients, run: string, log: Log) {
  const ofRun = { Name: `tag:${TAGS.run}`, Values: [run] }
  const [requests, tagged] = await Promise.all([findRequests(clients, ofRun, log), findInstances(clients, ofRun)])
  const ids = requests.flatMap(({ SpotInstanceRequestId: id }) => id ?? [])
  const requested =
    ids.length > 0 ? await findInstances(clients, { Name: 'spot-instance-request-id', Values: ids }) : []
  return { requests, instances: [...tagged.filter(isOwnLaunch), ...requested] }
}

async function findInstances(clients: Clients, filter: Filter): Promise<Instance[]> {
  const found: Instance[] = []
  for await (const page of paginateDescribeInstances({ client: clients.ec2 }, { Filters: [filter] })) {
    found.push(...(page.Reservations ?? []).flatMap(reservation => reservation.Instances ?? []))
  }
  return found
}

/** Where they can't be listed, the instances still say which they belong to. */
async function findRequests(clients: Clients, filter: Filter, log: Log): Promise<SpotInstanceRequest[]> {
  const find = async () => {
    const found: SpotInstanceRequest[] = []
    const pages = paginateDescribeSpotInstanceRequests({ client: clients.ec2 }, { Filters: [filter] })
    for await (const page of pages) found.push(...(page.SpotInstanceRequests ?? []))
    return found
  }
  return unlessDenied(find, 'spot requests', log)
}
