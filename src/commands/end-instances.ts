import { CancelSpotInstanceRequestsCommand, type Instance, TerminateInstancesCommand } from '@aws-sdk/client-ec2'
import type { Clients } from '../aws/aws.ts'
import { serviceErrorName } from '../aws/failure.ts'
import type { Log } from '../run.ts'

/** What is needed to end an instance for good. */
type Endable = Pick<Instance, 'InstanceId' | 'SpotInstanceRequestId'>

/**
 * Ends instances of ours for good. That it was asked for is enough: nobody waits for it. Spot requests go first: a
 * persistent one launches another instance for one that was terminated.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-requests.html
 */
export async function endInstances(clients: Clients, instances: readonly Endable[], log: Log): Promise<void> {
  await cancelSpotRequests(clients, idsOf(instances, 'SpotInstanceRequestId'), log)
  await terminate(clients, idsOf(instances, 'InstanceId'), log)
}

/** Cancels spot requests; EC2 then terminates those of their instances that are stopped, and leaves the running ones. */
export async function cancelSpotRequests(clients: Clients, ids: readonly string[], log: Log): Promise<void> {
  if (ids.length === 0) return
  try {
    await clients.ec2.send(new CancelSpotInstanceRequestsCommand({ SpotInstanceRequestIds: [...ids] }))
    log.info(`Cancelled ${ids.join(', ')}`)
  } catch (error) {
    if (serviceErrorName(error) !== 'InvalidSpotInstanceRequestID.NotFound') throw error
  }
}

export async function terminate(clients: Clients, ids: readonly string[], log: Log): Promise<void> {
  if (ids.length === 0) return
  await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [...ids], SkipOsShutdown: true }))
  log.info(`Terminated ${ids.join(', ')}`)
}

const idsOf = (instances: readonly Endable[], name: keyof Endable): string[] =>
  instances.flatMap(instance => instance[name] ?? [])
