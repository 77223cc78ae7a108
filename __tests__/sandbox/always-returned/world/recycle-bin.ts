import { createRule, type Rbin } from '../../rbin/client.ts'
import type { Recorder } from './recorder.ts'

/** Deregisters an image into the Recycle Bin, its snapshots with it, and takes both out again. */
export async function useRecycleBin({ ec2, settle }: Recorder, rbin: Rbin, ImageId: string): Promise<void> {
  for (const ResourceType of ['EBS_SNAPSHOT', 'EC2_IMAGE']) await createRule(rbin, { ResourceType })
  await ec2.disableImageDeregistrationProtection({ ImageId })
  await settle()
  await ec2.deregisterImage({ ImageId, DeleteAssociatedSnapshots: true })
  await ec2.listImagesInRecycleBin({})
  const { Snapshots = [] } = await ec2.listSnapshotsInRecycleBin({})
  for (const { SnapshotId } of Snapshots) await ec2.restoreSnapshotFromRecycleBin({ SnapshotId })
  await ec2.restoreImageFromRecycleBin({ ImageId })
}
