import {
  DescribeSnapshotsCommand,
  type ImageRecycleBinInfo,
  paginateListImagesInRecycleBin,
  paginateListSnapshotsInRecycleBin,
  RestoreImageFromRecycleBinCommand,
  RestoreSnapshotFromRecycleBinCommand,
  type SnapshotRecycleBinInfo
} from '@aws-sdk/client-ec2'
import type { Aws, Clients } from '../../../aws/aws.ts'
import { waitFor } from '../../../aws/poller.ts'
import { collect } from '../references/source.ts'

/** An image in the Recycle Bin; undefined where it is not there. */
export async function findRecycled({ ec2 }: Clients, imageId: string): Promise<ImageRecycleBinInfo | undefined> {
  const pages = paginateListImagesInRecycleBin({ client: ec2, pageSize: 1000 }, {})
  const images = await collect(pages, page => page.Images)
  return images.find(({ ImageId: id }) => id === imageId)
}

/**
 * Takes an image out of the Recycle Bin: its snapshots first, which have to be complete again, then itself.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/recycle-bin-working-with-amis.html
 */
export async function restore(aws: Aws, clients: Clients, image: ImageRecycleBinInfo): Promise<void> {
  const { ec2 } = clients
  const found = await collect(
    paginateListSnapshotsInRecycleBin({ client: ec2, pageSize: 1000 }, {}),
    page => page.Snapshots
  )
  const ids = found.filter(each => isOf(each, image)).flatMap(({ SnapshotId: id }) => id ?? [])
  for (const id of ids) await ec2.send(new RestoreSnapshotFromRecycleBinCommand({ SnapshotId: id }))
  if (ids.length > 0) await awaitComplete(aws, clients, ids)
  await ec2.send(new RestoreImageFromRecycleBinCommand({ ImageId: image.ImageId }))
}

/** Tags are not shown of what is in the bin; EC2's descriptions name the image, those of `copy` its name. */
function isOf(
  { Description: text = '' }: SnapshotRecycleBinInfo,
  { ImageId: id, Name: name }: ImageRecycleBinInfo
): boolean {
  return new RegExp(`\\b(?:for|DestinationAmi) ${id}\\b`).test(text) || text.endsWith(` of ${name}`)
}

async function awaitComplete({ run, signal }: Aws, { ec2, region }: Clients, ids: string[]): Promise<void> {
  await waitFor({
    what: `${ids.length} snapshots to come out of the Recycle Bin in ${region}`,
    look: async () => {
      const { Snapshots: snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: ids }))
      const open = snapshots.filter(({ State: state }) => state !== 'completed')
      return open.length === 0 ? { done: undefined } : { waiting: open.map(({ State }) => State).join(', ') }
    },
    timeoutSeconds: run.inputs.timeoutSeconds,
    maxPauseSeconds: 5,
    log: run.log,
    signal
  })
}
