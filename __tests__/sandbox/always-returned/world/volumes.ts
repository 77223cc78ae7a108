import type { Recorder } from './recorder.ts'

export async function useVolumes({ ec2, kms, settle }: Recorder, InstanceId: string): Promise<void> {
  const { Reservations: [reservation] = [] } = await ec2.describeInstances({ InstanceIds: [InstanceId] })
  const AvailabilityZone = reservation?.Instances?.[0]?.Placement?.AvailabilityZone
  const { VolumeId } = await ec2.createVolume({ AvailabilityZone, Size: 1 })
  await settle()
  await ec2.attachVolume({ VolumeId, InstanceId, Device: '/dev/sdf' })
  await settle()
  await ec2.describeVolumes({})
  await ec2.detachVolume({ VolumeId })
  await settle()
  await ec2.modifyVolume({ VolumeId, Size: 2 })
  await ec2.describeVolumesModifications({})
  const { KeyMetadata } = await kms.createKey({})
  await ec2.enableEbsEncryptionByDefault({})
  await ec2.modifyEbsDefaultKmsKeyId({ KmsKeyId: KeyMetadata?.Arn })
  await ec2.getEbsEncryptionByDefault({})
  await ec2.getEbsDefaultKmsKeyId({})
  await ec2.resetEbsDefaultKmsKeyId({})
  await ec2.disableEbsEncryptionByDefault({})
}
