import { membersOf } from '../documents.ts'

/** Also read by the waiters `image_exists` and `image_available` of the AWS SDKs. */
export const imageMembers = membersOf('ec2', [
  [
    'DescribeImages',
    'example',
    'Images[].{ImageId,Name,OwnerId,State,CreationDate,ImageLocation,ImageType,Public,Architecture}',
    'Images[].{PlatformDetails,UsageOperation,Hypervisor,VirtualizationType,EnaSupport,SriovNetSupport}',
    'Images[].{RootDeviceName,RootDeviceType}',
    'Images[].BlockDeviceMappings[].{DeviceName,Ebs.{SnapshotId,VolumeSize,VolumeType,DeleteOnTermination,Encrypted}}'
  ],
  ['CreateImage', 'example', 'ImageId'],
  ['CopyImage', 'example', 'ImageId'],
  ['RegisterImage', 'example', 'ImageId'],
  ['DescribeImageAttribute', 'example', 'ImageId'],
  ['DeregisterImage', 'reference', 'Return'],
  ['EnableImage', 'example', 'Return'],
  ['DisableImage', 'example', 'Return'],
  ['EnableImageDeprecation', 'example', 'Return'],
  ['DisableImageDeprecation', 'example', 'Return'],
  ['EnableImageDeregistrationProtection', 'example', 'Return'],
  ['DisableImageDeregistrationProtection', 'example', 'Return'],
  ['CancelImageLaunchPermission', 'example', 'Return'],
  ['GetImageBlockPublicAccessState', 'example', 'ImageBlockPublicAccessState'],
  ['EnableImageBlockPublicAccess', 'example', 'ImageBlockPublicAccessState'],
  ['DisableImageBlockPublicAccess', 'example', 'ImageBlockPublicAccessState'],
  ['ListImagesInRecycleBin', 'example', 'Images[].{ImageId,Name,RecycleBinEnterTime,RecycleBinExitTime}'],
  ['RestoreImageFromRecycleBin', 'example', 'Return']
])
