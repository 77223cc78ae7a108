import { DescribeInstancesCommand, DescribeSpotInstanceRequestsCommand, type Instance } from '@aws-sdk/client-ec2'
import { recipe } from './recipes.ts'
import type { Sandbox } from './sandbox.ts'

const LIVE = ['open', 'active', 'disabled']

/** A recipe for a builder on the spot market; `builder` replaces its instance types. */
export const spotRecipe = (market: 'prefer' | 'only', types = '[t3.small]', steps?: string): string =>
  recipe(steps).replace('instance-types: [t3.small]', `instance-types: ${types}, spot: ${market}`)

/** The ids of an account's spot requests that may still launch an instance. */
export async function liveRequests(sandbox: Sandbox, account: string): Promise<string[]> {
  const { SpotInstanceRequests: requests = [] } = await sandbox
    .ec2(account)
    .send(new DescribeSpotInstanceRequestsCommand({}))
  return requests
    .filter(({ State: state = '' }) => LIVE.includes(state))
    .map(({ SpotInstanceRequestId: id = '' }) => id)
}

/** All instances of an account, the ended ones as well. */
export async function instancesOf(sandbox: Sandbox, account: string): Promise<Instance[]> {
  const { Reservations: reservations = [] } = await sandbox.ec2(account).send(new DescribeInstancesCommand({}))
  return reservations.flatMap(({ Instances: instances = [] }) => instances)
}

/** Settles when an account has a live spot request. */
export async function requested(sandbox: Sandbox, account: string): Promise<void> {
  for (let left = 400; left > 0; left--) {
    if ((await liveRequests(sandbox, account)).length > 0) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error('Expected a live spot request, found none')
}
