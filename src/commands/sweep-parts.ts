import {
  DeleteNetworkInterfaceCommand,
  DeleteVolumeCommand,
  type Filter,
  paginateDescribeNetworkInterfaces,
  paginateDescribeVolumes
} from '@aws-sdk/client-ec2'
import type { Clients } from '../aws/aws.ts'
import { serviceErrorName } from '../aws/failure.ts'
import { TAGS } from '../image/tags.ts'
import type { Log } from '../run.ts'
import { unlessDenied } from './unless-denied.ts'

const GONE = new Set(['InvalidVolume.NotFound', 'InvalidNetworkInterfaceID.NotFound'])

/**
 * Deletes volumes and network interfaces of a run that no instance has any more: as a rule there are none, for they go
 * with their instance. Result: their ids.
 */
export async function sweepParts(clients: Clients, run: string, log: Log): Promise<string[]> {
  const filters = [
    { Name: `tag:${TAGS.run}`, Values: [run] },
    { Name: 'status', Values: ['available'] }
  ]
  const [volumes, interfaces] = await Promise.all([
    unlessDenied(() => findVolumes(clients, filters), 'volumes', log),
    unlessDenied(() => findInterfaces(clients, filters), 'network interfaces', log)
  ])
  for (const id of volumes) await deletePart(() => clients.ec2.send(new DeleteVolumeCommand({ VolumeId: id })))
  for (const id of interfaces) {
    await deletePart(() => clients.ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: id })))
  }
  const found = [...volumes, ...interfaces]
  if (found.length > 0) log.info(`Deleted ${found.join(', ')}`)
  return found
}

async function deletePart(send: () => Promise<unknown>): Promise<void> {
  try {
    await send()
  } catch (error) {
    if (!GONE.has(serviceErrorName(error))) throw error
  }
}

async function findVolumes(clients: Clients, filters: Filter[]): Promise<string[]> {
  const ids: string[] = []
  for await (const page of paginateDescribeVolumes({ client: clients.ec2 }, { Filters: filters })) {
    ids.push(...(page.Volumes ?? []).flatMap(({ VolumeId: id }) => id ?? []))
  }
  return ids
}

async function findInterfaces(clients: Clients, filters: Filter[]): Promise<string[]> {
  const ids: string[] = []
  for await (const page of paginateDescribeNetworkInterfaces({ client: clients.ec2 }, { Filters: filters })) {
    ids.push(...(page.NetworkInterfaces ?? []).flatMap(({ NetworkInterfaceId: id }) => id ?? []))
  }
  return ids
}
