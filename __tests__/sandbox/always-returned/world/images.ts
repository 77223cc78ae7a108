import type { Recorder } from './recorder.ts'

/** Makes, copies, registers, shares and retires images. Result: one of the account's own. */
export async function useImages(recorder: Recorder, InstanceId: string): Promise<string> {
  const { ec2, settle } = recorder
  const { ImageId = '' } = await ec2.createImage({ InstanceId, Name: 'made', NoReboot: true })
  await ec2.copyImage({ Name: 'copied', SourceImageId: ImageId, SourceRegion: recorder.region })
  await settle()
  const { Images: [made] = [] } = await ec2.describeImages({ Owners: ['self'] })
  const SnapshotId = made?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId
  const mapping = { DeviceName: '/dev/xvda', Ebs: { SnapshotId } }
  const registered = await ec2.registerImage({
    Name: 'registered',
    Architecture: 'x86_64',
    RootDeviceName: mapping.DeviceName,
    VirtualizationType: 'hvm',
    EnaSupport: true,
    SriovNetSupport: 'simple',
    BlockDeviceMappings: [mapping]
  })
  await ec2.describeImages({ Owners: ['self'] })
  await ec2.deregisterImage({ ImageId: registered.ImageId })
  await changeImage(recorder, ImageId)
  return ImageId
}

async function changeImage({ ec2 }: Recorder, ImageId: string): Promise<void> {
  await ec2.describeImageAttribute({ ImageId, Attribute: 'launchPermission' })
  await ec2.enableImageDeprecation({ ImageId, DeprecateAt: new Date('2030-01-01') })
  await ec2.disableImageDeprecation({ ImageId })
  await ec2.enableImageDeregistrationProtection({ ImageId })
  await ec2.disableImageDeregistrationProtection({ ImageId })
  await ec2.disableImage({ ImageId })
  await ec2.enableImage({ ImageId })
  await ec2.disableImageBlockPublicAccess({})
  await ec2.getImageBlockPublicAccessState({})
  await ec2.enableImageBlockPublicAccess({ ImageBlockPublicAccessState: 'block-new-sharing' })
}

/** What has been shared with an account, it can turn down. */
export async function turnDownImage(owner: Recorder, other: Recorder, ImageId: string): Promise<void> {
  const LaunchPermission = { Add: [{ UserId: other.account }] }
  await owner.ec2.modifyImageAttribute({ ImageId, LaunchPermission })
  await other.ec2.cancelImageLaunchPermission({ ImageId })
}
