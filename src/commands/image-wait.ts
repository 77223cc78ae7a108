import { DescribeImagesCommand, DescribeSnapshotsCommand, type Image, type Snapshot } from '@aws-sdk/client-ec2'
import type { Aws, Clients } from '../aws/aws.ts'
import { serviceErrorName } from '../aws/failure.ts'
import { type Look, waitFor } from '../aws/poller.ts'
import { readProgress } from './snapshot-progress.ts'

/** While its snapshots are pending nothing of an image changes, unless it fails. */
const IMAGE_EVERY_MS = 600_000

/** An image that is not pending any more, and its snapshots where they were seen complete. */
export interface AwaitedImage {
  readonly image: Image
  readonly snapshots?: readonly Snapshot[]
}

/** Waits until an image is not pending any more: available or failed. Errors: TIMEOUT. */
export function awaitImage(aws: Aws, clients: Clients, imageId: string, timeoutSeconds: number): Promise<AwaitedImage> {
  return waitFor({
    what: `the image ${imageId}`,
    look: lookAt(clients, imageId),
    timeoutSeconds,
    firstPauseSeconds: 1,
    maxPauseSeconds: 5,
    signal: aws.signal,
    log: aws.run.log
  })
}

/** Snapshots tell more than their image, for the same call: they are looked at instead while they are pending. */
function lookAt(clients: Clients, imageId: string): () => Promise<Look<AwaitedImage>> {
  const startMs = Date.now()
  let seen: Image | undefined
  let seenMs = 0
  return async () => {
    const isFresh = Date.now() < seenMs + IMAGE_EVERY_MS
    const snapshots = seen && isFresh ? await describeSnapshots(clients, seen).catch(unlessYoung) : []
    const progress = readProgress(snapshots, (Date.now() - startMs) / 1000)
    if (progress) return { waiting: `pending${progress.text}`, pauseSeconds: progress.nextLookSeconds }
    const image = await describeImage(clients, imageId)
    if (image && image.State !== 'pending')
      return { done: { image, ...(isComplete(image, snapshots) && { snapshots }) } }
    seen = image
    seenMs = Date.now()
    return { waiting: image ? 'pending' : 'not yet visible' }
  }
}

const snapshotIdsOf = ({ BlockDeviceMappings: mappings = [] }: Image): string[] =>
  mappings.flatMap(({ Ebs: ebs }) => ebs?.SnapshotId ?? [])

const isComplete = (image: Image, snapshots: readonly Snapshot[]): boolean =>
  snapshotIdsOf(image).every(id =>
    snapshots.some(({ SnapshotId, State: state }) => SnapshotId === id && state === 'completed')
  )

/** The snapshots of an image, as EC2 shows them. */
export async function describeSnapshots(clients: Clients, image: Image): Promise<Snapshot[]> {
  const ids = snapshotIdsOf(image)
  if (ids.length === 0) return []
  const { Snapshots: snapshots = [] } = await clients.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: ids }))
  return snapshots
}

/** EC2 is eventually consistent: what was made just now may not be visible yet. */
function unlessYoung(error: unknown): [] {
  if (serviceErrorName(error) === 'InvalidSnapshot.NotFound') return []
  throw error
}

/** Undefined for a while after the creation. */
async function describeImage(clients: Clients, imageId: string): Promise<Image | undefined> {
  try {
    const { Images: [image] = [] } = await clients.ec2.send(new DescribeImagesCommand({ ImageIds: [imageId] }))
    return image
  } catch (error) {
    if (serviceErrorName(error) === 'InvalidAMIID.NotFound') return undefined
    throw error
  }
}
