import { membersOf } from '../documents.ts'

const SNAPSHOT = '{SnapshotId,VolumeId,State,StartTime,Progress,OwnerId,VolumeSize,Encrypted,Description}'
const FAST_RESTORE = '{SnapshotId,AvailabilityZone,State,StateTransitionReason,OwnerId,EnablingTime}'

/** Also read by the waiter `snapshot_completed` of the AWS SDKs. */
export const snapshotMembers = membersOf('ec2', [
  ['DescribeSnapshots', 'example', `Snapshots[].${SNAPSHOT}`],
  ['CreateSnapshot', 'example', SNAPSHOT, 'Tags[]'],
  ['CreateSnapshots', 'example', `Snapshots[].${SNAPSHOT}`, 'Snapshots[].Tags[]'],
  ['CopySnapshot', 'example', 'SnapshotId'],
  ['DescribeSnapshotAttribute', 'example', 'SnapshotId'],
  ['GetSnapshotBlockPublicAccessState', 'example', 'State'],
  ['EnableSnapshotBlockPublicAccess', 'example', 'State'],
  ['DisableSnapshotBlockPublicAccess', 'example', 'State'],
  ['LockSnapshot', 'example', '{SnapshotId,LockState,LockDuration,LockCreatedOn,LockExpiresOn,LockDurationStartTime}'],
  [
    'DescribeLockedSnapshots',
    'example',
    'Snapshots[].{OwnerId,SnapshotId,LockState,LockDuration,LockCreatedOn,LockExpiresOn,LockDurationStartTime}'
  ],
  ['UnlockSnapshot', 'example', 'SnapshotId'],
  ['ModifySnapshotTier', 'example', '{SnapshotId,TieringStartTime}'],
  ['DescribeSnapshotTierStatus', 'example', 'SnapshotTierStatuses[].{SnapshotId,VolumeId,OwnerId,Status,StorageTier}'],
  ['RestoreSnapshotTier', 'example', '{SnapshotId,IsPermanentRestore}'],
  ['EnableFastSnapshotRestores', 'example', `Successful[].${FAST_RESTORE}`, 'Unsuccessful[]'],
  ['DisableFastSnapshotRestores', 'example', `Successful[].${FAST_RESTORE}`, 'Unsuccessful[]'],
  ['DescribeFastSnapshotRestores', 'example', `FastSnapshotRestores[].${FAST_RESTORE}`],
  [
    'ListSnapshotsInRecycleBin',
    'example',
    'Snapshots[].{SnapshotId,VolumeId,Description,RecycleBinEnterTime,RecycleBinExitTime}'
  ],
  [
    'RestoreSnapshotFromRecycleBin',
    'example',
    '{SnapshotId,VolumeId,State,StartTime,Progress,OwnerId,VolumeSize,Encrypted,Description}'
  ]
])
