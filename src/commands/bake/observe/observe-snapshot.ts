import { DescribeImagesCommand, DescribeSnapshotsCommand, type Image, type Snapshot } from '@aws-sdk/client-ec2'
import type { Clients } from '../../../aws/aws.ts'
import { serviceErrorName } from '../../../aws/failure.ts'

/** What there is to know of a snapshot before an image is registered from it; without `snapshot` it does not exist. */
export interface SnapshotFacts {
  readonly snapshot?: Snapshot
  /** The images that stand on it: they tell what is billed with its content. */
  readonly images: readonly Image[]
}

/** Reads a snapshot of the account's own, and the images that stand on it. */
export async function observeSnapshot(clients: Clients, id: string): Promise<SnapshotFacts> {
  const [snapshot, images] = await Promise.all([describeSnapshot(clients, id), describeImages(clients, id)])
  return { images, ...(snapshot && { snapshot }) }
}

async function describeSnapshot(clients: Clients, id: string): Promise<Snapshot | undefined> {
  try {
    const { Snapshots: [snapshot] = [] } = await clients.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [id] }))
    return snapshot
  } catch (error) {
    if (serviceErrorName(error) === 'InvalidSnapshot.NotFound') return undefined
    throw error
  }
}

async function describeImages(clients: Clients, id: string): Promise<Image[]> {
  const { Images: images = [] } = await clients.ec2.send(
    new DescribeImagesCommand({
      Owners: ['self'],
      IncludeDeprecated: true,
      IncludeDisabled: true,
      Filters: [{ Name: 'block-device-mapping.snapshot-id', Values: [id] }]
    })
  )
  return images
}
