import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeInstancesCommand,
  type Instance,
  StartInstancesCommand
} from '@aws-sdk/client-ec2'
import type { Clients } from '../aws/aws.ts'
import { isTransient, serviceErrorName } from '../aws/failure.ts'
import { type Look, waitFor } from '../aws/poller.ts'
import { TAGS } from '../image/tags.ts'
import type { Log } from '../run.ts'
import { sweep } from './sweep-loop.ts'

/** Stopping takes long where the guest is slow to shut down; starting, where there is no capacity. */
const START_SECONDS = 900

/** Notes on an instance of somebody's, before it is stopped, which run has to start it again. */
export async function markForRestart(clients: Clients, instanceId: string, run: string): Promise<void> {
  const tags = [{ Key: TAGS.restart, Value: run }]
  await clients.ec2.send(new CreateTagsCommand({ Resources: [instanceId], Tags: tags }))
}

/** Starts every instance that a run has stopped and not started again. Result: their ids. */
export const restartStopped = (clients: Clients, run: string, log: Log, signal: AbortSignal): Promise<string[]> =>
  sweep(
    () => findStopped(clients, run),
    async ids => {
      for (const id of ids) await restart(clients, id, log, signal)
    }
  )

async function findStopped(clients: Clients, run: string): Promise<string[]> {
  const filters = [{ Name: `tag:${TAGS.restart}`, Values: [run] }]
  const { Reservations: reservations = [] } = await clients.ec2.send(new DescribeInstancesCommand({ Filters: filters }))
  return reservations.flatMap(({ Instances: instances = [] }) => instances).map(({ InstanceId: id = '' }) => id)
}

/**
 * Starts an instance again as soon as EC2 lets it: not while it is stopping, and again where there is no capacity for
 * it. Errors: TIMEOUT.
 */
export async function restart(clients: Clients, instanceId: string, log: Log, signal: AbortSignal): Promise<void> {
  const look = async (): Promise<Look<true>> => {
    try {
      await clients.ec2.send(new StartInstancesCommand({ InstanceIds: [instanceId] }))
      return { done: true }
    } catch (error) {
      const name = serviceErrorName(error)
      if (!isTransient(error) && !['IncorrectInstanceState', 'InsufficientInstanceCapacity'].includes(name)) throw error
      return { waiting: name }
    }
  }
  const what = `${instanceId} to be started again`
  await waitFor({ what, look, timeoutSeconds: START_SECONDS, maxPauseSeconds: 5, log, signal })
  const tags = [{ Key: TAGS.restart }]
  await clients.ec2.send(new DeleteTagsCommand({ Resources: [instanceId], Tags: tags }))
  log.info(`Started ${instanceId} again`)
}

export const isToRestart = ({ Tags: tags = [] }: Instance): boolean => tags.some(({ Key: key }) => key === TAGS.restart)
