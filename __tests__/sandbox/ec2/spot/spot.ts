import {
  CancelSpotInstanceRequestsCommand,
  DescribeInstancesCommand,
  DescribeSpotInstanceRequestsCommand,
  type Instance,
  type InstanceMarketOptionsRequest,
  type SpotInstanceRequest
} from '@aws-sdk/client-ec2'
import { advance, type Clients, type RunningSandbox } from '../../../support/sandbox.ts'

export const ONE_TIME: InstanceMarketOptionsRequest = { MarketType: 'spot' }
export const PERSISTENT: InstanceMarketOptionsRequest = {
  MarketType: 'spot',
  SpotOptions: { SpotInstanceType: 'persistent', InstanceInterruptionBehavior: 'stop' }
}

/** Lets everything happen that follows from each other: an end, an evaluation, a launch. */
export async function settleAll(sandbox: RunningSandbox): Promise<void> {
  for (let step = 0; step < 4; step++) await advance(sandbox, 90)
}

export async function spotRequestsOf({ ec2 }: Clients): Promise<SpotInstanceRequest[]> {
  return (await ec2.send(new DescribeSpotInstanceRequestsCommand({}))).SpotInstanceRequests ?? []
}

/** The only spot request of an account, as `state/status code`. */
export async function statusOf(clients: Clients): Promise<string> {
  const [request, ...more] = await spotRequestsOf(clients)
  if (!request || more.length > 0) throw new Error(`${more.length + (request ? 1 : 0)} spot requests`)
  return `${request.State}/${request.Status?.Code}`
}

export async function instancesOf({ ec2 }: Clients): Promise<Instance[]> {
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}))
  return Reservations.flatMap(({ Instances = [] }) => Instances)
}

export const statesOf = async (clients: Clients): Promise<(string | undefined)[]> =>
  (await instancesOf(clients)).map(({ State }) => State?.Name)

export async function cancelAll(clients: Clients) {
  const ids = (await spotRequestsOf(clients)).flatMap(({ SpotInstanceRequestId }) => SpotInstanceRequestId ?? [])
  return clients.ec2.send(new CancelSpotInstanceRequestsCommand({ SpotInstanceRequestIds: ids }))
}
