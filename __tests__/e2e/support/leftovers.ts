import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand
} from '@aws-sdk/client-ec2'
import type { Sandbox } from './sandbox.ts'

const ENDED = ['shutting-down', 'terminated']

export interface Leftovers {
  readonly instances: string[]
  readonly images: string[]
  readonly snapshots: string[]
}

/** What of an account is there that costs money: instances not ended, images, snapshots. */
export async function leftovers(sandbox: Sandbox, account: string, region = 'us-east-1'): Promise<Leftovers> {
  const ec2 = sandbox.ec2(account, region)
  const { Reservations: reservations = [] } = await ec2.send(new DescribeInstancesCommand({}))
  const { Images: images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ['self'] }))
  const { Snapshots: snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))
  const instances = reservations.flatMap(reservation => reservation.Instances ?? [])
  return {
    instances: instances.filter(each => !ENDED.includes(each.State?.Name ?? '')).map(each => each.InstanceId ?? ''),
    images: images.map(image => image.ImageId ?? ''),
    snapshots: snapshots.map(snapshot => snapshot.SnapshotId ?? '')
  }
}

export const NOTHING: Leftovers = { instances: [], images: [], snapshots: [] }

/** Settles when no volume of the account is left: they go with their instance. */
export async function volumesGone(sandbox: Sandbox, account: string): Promise<boolean> {
  for (let left = 100; left > 0; left--) {
    const { Volumes: volumes = [] } = await sandbox.ec2(account).send(new DescribeVolumesCommand({}))
    if (volumes.length === 0) return true
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return false
}
