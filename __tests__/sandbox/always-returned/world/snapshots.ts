import type { Recorder } from './recorder.ts'

const ZONES = { AvailabilityZones: ['us-east-1a', 'us-east-1b'] }

/** Makes, copies, locks, archives and restores snapshots. Result: one that is completed. */
export async function useSnapshots(recorder: Recorder, InstanceId: string): Promise<string> {
  const { ec2, region, settle } = recorder
  const { Volumes: [volume] = [] } = await ec2.describeVolumes({})
  const Description = 'of a root volume'
  const { SnapshotId = '' } = await ec2.createSnapshot({ VolumeId: volume?.VolumeId, Description })
  const made = await ec2.createSnapshots({ InstanceSpecification: { InstanceId }, Description })
  await settle()
  await ec2.copySnapshot({ SourceSnapshotId: SnapshotId, SourceRegion: region })
  await ec2.describeSnapshots({ OwnerIds: ['self'] })
  await settle()
  await ec2.describeSnapshots({ OwnerIds: ['self'] })
  await ec2.describeSnapshotAttribute({ SnapshotId, Attribute: 'createVolumePermission' })
  await lock(recorder, SnapshotId)
  await restoreFast(recorder, SnapshotId)
  await archive(recorder, made.Snapshots?.[0]?.SnapshotId ?? '')
  await ec2.enableSnapshotBlockPublicAccess({ State: 'block-all-sharing' })
  await ec2.getSnapshotBlockPublicAccessState({})
  await ec2.disableSnapshotBlockPublicAccess({})
  return SnapshotId
}

async function lock({ ec2 }: Recorder, SnapshotId: string): Promise<void> {
  await ec2.lockSnapshot({ SnapshotId, LockMode: 'governance', LockDuration: 2 })
  await ec2.describeLockedSnapshots({})
  await ec2.unlockSnapshot({ SnapshotId })
}

async function restoreFast({ ec2, settle }: Recorder, snapshotId: string): Promise<void> {
  const request = { ...ZONES, SourceSnapshotIds: [snapshotId] }
  await ec2.enableFastSnapshotRestores(request)
  await ec2.describeFastSnapshotRestores({})
  await settle()
  await ec2.disableFastSnapshotRestores(request)
  await settle()
}

async function archive({ ec2, settle }: Recorder, SnapshotId: string): Promise<void> {
  await ec2.modifySnapshotTier({ SnapshotId, StorageTier: 'archive' })
  await ec2.describeSnapshotTierStatus({})
  await settle()
  await ec2.describeSnapshotTierStatus({})
  await ec2.restoreSnapshotTier({ SnapshotId, PermanentRestore: true })
  await settle()
}
