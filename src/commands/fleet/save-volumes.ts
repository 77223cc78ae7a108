import { CreateSnapshotsCommand, DescribeSnapshotsCommand } from '@aws-sdk/client-ec2'
import type { Aws, Clients } from '../../aws/aws.ts'
import { isTransient } from '../../aws/failure.ts'
import { TAGS, toTagList } from '../../image/tags.ts'
import { whenNotBusy } from './read-pages.ts'

/**
 * Snapshots all volumes of an instance at one moment; they hold what it had even before they are complete. There is no
 * ClientToken: after an answer that was lost it looks first. Result: the ids of the snapshots. Errors: EC2's.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshots.html
 */
export async function saveVolumes(
  aws: Aws,
  clients: Clients,
  instanceId: string,
  tags: Readonly<Record<string, string>>
): Promise<string[]> {
  const mark = `${instanceId} ${aws.run.id}`
  const command = new CreateSnapshotsCommand({
    InstanceSpecification: { InstanceId: instanceId },
    Description: `Volumes of ${instanceId}, which does not run from an approved image`,
    TagSpecifications: [{ ResourceType: 'snapshot', Tags: toTagList({ ...tags, [TAGS.savedFrom]: mark }) }]
  })
  let isDoubtful = false
  return whenNotBusy(aws, `the volumes of ${instanceId} to be snapshotted`, async () => {
    const lost = isDoubtful ? await findSnapshots(clients, mark) : []
    if (lost.length > 0) return lost
    try {
      return idsOf(await clients.ec2Once.send(command))
    } catch (error) {
      isDoubtful = isTransient(error)
      throw error
    }
  })
}

async function findSnapshots({ ec2 }: Clients, mark: string): Promise<string[]> {
  const Filters = [{ Name: `tag:${TAGS.savedFrom}`, Values: [mark] }]
  return idsOf(await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters })))
}

const idsOf = ({
  Snapshots = []
}: {
  Snapshots?: readonly { SnapshotId?: string | undefined }[] | undefined
}): string[] => Snapshots.flatMap(({ SnapshotId: id }) => id ?? [])
