import { days, delay } from '../../rbin/client.ts'
import type { AskRbin } from './rbin.ts'
import type { Recorder } from './recorder.ts'

/** Deregisters an image into the Recycle Bin, its snapshots with it, and takes both out again. */
export async function useRecycleBin({ ec2, settle }: Recorder, rbin: AskRbin, ImageId: string): Promise<void> {
  const RetentionPeriod = days(7)
  for (const ResourceType of ['EBS_SNAPSHOT', 'EC2_IMAGE']) await rbin('CreateRule', { ResourceType, RetentionPeriod })
  await ec2.disableImageDeregistrationProtection({ ImageId })
  await settle()
  await ec2.deregisterImage({ ImageId, DeleteAssociatedSnapshots: true })
  await ec2.listImagesInRecycleBin({})
  const { Snapshots = [] } = await ec2.listSnapshotsInRecycleBin({})
  for (const { SnapshotId } of Snapshots) await ec2.restoreSnapshotFromRecycleBin({ SnapshotId })
  await ec2.restoreImageFromRecycleBin({ ImageId })
}

/** Makes, changes, locks and unlocks a retention rule. */
export async function useRetentionRules(rbin: AskRbin): Promise<void> {
  const ResourceType = 'EC2_IMAGE'
  const Tags = [{ Key: 'of', Value: 'us' }]
  const { Identifier, RuleArn } = await rbin('CreateRule', { ResourceType, RetentionPeriod: days(1), Tags })
  await rbin('GetRule', { Identifier })
  await rbin('ListRules', { ResourceType })
  await rbin('UpdateRule', { Identifier, RetentionPeriod: days(2) })
  await rbin('LockRule', { Identifier, LockConfiguration: delay(7) })
  await rbin('UnlockRule', { Identifier })
  await rbin('GetRule', { Identifier })
  await rbin('ListTagsForResource', { ResourceArn: RuleArn })
}
