import { DeleteSnapshotCommand } from '@aws-sdk/client-ec2'
import type { Clients } from '../../../aws/aws.ts'
import { serviceErrorName } from '../../../aws/failure.ts'
import type { Log } from '../../../run.ts'
import { endInstances } from '../../end-instances.ts'
import type { Leftovers } from '../plan/plan-leftovers.ts'

/** Already gone, or some image's after all. */
const NO_MATTER = new Set(['InvalidSnapshot.NotFound', 'InvalidSnapshot.InUse'])

/** Ends what dead runs have left, and deletes snapshots that belong to no image any more. */
export async function clearAway(clients: Clients, { machines, snapshots }: Leftovers, log: Log): Promise<void> {
  const idsOf = (kind: string) => machines.filter(each => each.kind === kind).map(({ id }) => id)
  const requests = idsOf('spot request').map(SpotInstanceRequestId => ({ SpotInstanceRequestId }))
  const instances = idsOf('instance').map(InstanceId => ({ InstanceId }))
  await endInstances(clients, [...requests, ...instances], log)
  for (const { snapshotId } of snapshots) {
    try {
      await clients.ec2.send(new DeleteSnapshotCommand({ SnapshotId: snapshotId }))
      log.info(`Deleted the snapshot ${snapshotId}, which had no image any more`)
    } catch (error) {
      if (!NO_MATTER.has(serviceErrorName(error))) throw error
    }
  }
}
