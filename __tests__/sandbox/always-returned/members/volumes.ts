import { membersOf } from '../documents.ts'

const VOLUME = '{VolumeId,State,Size,VolumeType,Iops,AvailabilityZone,CreateTime,Encrypted,SnapshotId}'
const ATTACHMENT = '{VolumeId,InstanceId,Device,State,AttachTime}'
const MODIFICATION = `{
  VolumeId,ModificationState,Progress,StartTime,OriginalSize,OriginalIops,OriginalVolumeType,TargetSize,TargetIops,
  TargetVolumeType
}`

/** Also read by the waiters `volume_available` and `volume_in_use` of the AWS SDKs. */
export const volumeMembers = membersOf('ec2', [
  ['CreateVolume', 'example', VOLUME],
  ['DescribeVolumes', 'example', `Volumes[].${VOLUME}`, 'Volumes[].Attachments[]'],
  ['AttachVolume', 'example', ATTACHMENT],
  ['DetachVolume', 'example', ATTACHMENT],
  ['ModifyVolume', 'example', `VolumeModification.${MODIFICATION}`],
  ['DescribeVolumesModifications', 'reference', `VolumesModifications[].${MODIFICATION}`],
  ['GetEbsEncryptionByDefault', 'example', 'EbsEncryptionByDefault'],
  ['EnableEbsEncryptionByDefault', 'example', 'EbsEncryptionByDefault'],
  ['DisableEbsEncryptionByDefault', 'example', 'EbsEncryptionByDefault'],
  ['GetEbsDefaultKmsKeyId', 'example', 'KmsKeyId'],
  ['ModifyEbsDefaultKmsKeyId', 'example', 'KmsKeyId'],
  ['ResetEbsDefaultKmsKeyId', 'example', 'KmsKeyId']
])
