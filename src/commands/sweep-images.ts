import {
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand
} from '@aws-sdk/client-ec2'
import type { Clients } from '../aws/aws.ts'
import { serviceErrorName } from '../aws/failure.ts'
import { type FamilyImage, toFamilyImage } from '../image/family-image.ts'
import { TAGS } from '../image/tags.ts'
import type { Log } from '../run.ts'
import { sayReturnCode } from './left-snapshot.ts'
import { sweep } from './sweep-loop.ts'

/** Discards what this run had EC2 create but did not finish: images, and snapshots without one. Result: the image ids. */
export async function sweepImages(clients: Clients, run: string, log: Log): Promise<string[]> {
  const swept = await sweep(
    async () => (await findUnfinishedImages(clients, run)).map(({ imageId }) => imageId),
    async ids => {
      for (const image of await findUnfinishedImages(clients, run)) {
        if (ids.includes(image.imageId)) await discardImage(clients, image, log)
      }
    }
  )
  await sweepSnapshots(clients, run, log)
  return swept
}

/** A snapshot that still belongs to an image stays: EC2 refuses to delete it. */
async function sweepSnapshots(clients: Clients, run: string, log: Log): Promise<void> {
  const filters = [{ Name: `tag:${TAGS.run}`, Values: [run] }]
  const command = new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters: filters })
  const { Snapshots: snapshots = [] } = await clients.ec2.send(command)
  for (const { SnapshotId: id = '' } of snapshots) {
    try {
      await clients.ec2.send(new DeleteSnapshotCommand({ SnapshotId: id }))
      log.info(`Deleted the snapshot ${id} of an image that was discarded`)
    } catch (error) {
      if (serviceErrorName(error) !== 'InvalidSnapshot.InUse') throw error
    }
  }
}

/** The images that a run had EC2 create but did not finish: they carry its tag and no `self`. */
export async function findUnfinishedImages(clients: Clients, run: string): Promise<FamilyImage[]> {
  const command = new DescribeImagesCommand({ Owners: ['self'], Filters: [{ Name: `tag:${TAGS.run}`, Values: [run] }] })
  const { Images: images = [] } = await clients.ec2.send(command)
  return images.map(toFamilyImage).filter(({ imageId, tags }) => imageId !== '' && tags[TAGS.self] === undefined)
}

/**
 * Deregisters an image of ours together with its snapshots, and says which of these EC2 did not delete. The snapshot
 * that a bake registered an image from is somebody else's and stays.
 */
export async function discardImage(
  clients: Clients,
  { imageId, tags }: Pick<FamilyImage, 'imageId' | 'tags'>,
  log: Log
): Promise<void> {
  const isRegistered = tags[TAGS.base]?.startsWith('snap-') === true && tags[TAGS.copiedFrom] === undefined
  const command = new DeregisterImageCommand({ ImageId: imageId, DeleteAssociatedSnapshots: !isRegistered })
  const { DeleteSnapshotResults: results = [] } = await clients.ec2.send(command)
  log.info(`Discarded the unfinished image ${imageId}${isRegistered ? '' : ' and its snapshots'}`)
  for (const { SnapshotId: id, ReturnCode: code } of results) {
    if (code !== 'success')
      log.warning(`The snapshot ${id} of the discarded image ${imageId} is still there: ${sayReturnCode(code)}`)
  }
}
