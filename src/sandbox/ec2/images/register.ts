import type { BlockDeviceMapping, RegisterImageRequest, RegisterImageResult } from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../../errors.ts'
import type { Call, Handler } from '../../handler.ts'
import { newId } from '../../world/ids.ts'
import { stopDryRun } from '../dryrun.ts'
import { find } from '../lookup.ts'
import { tagsFor } from '../tags.ts'
import { completingImage } from './complete.ts'
import { checkImageName } from './image-name.ts'

/**
 * Registers an image from snapshots of the caller's own. Encryption cannot be changed here.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RegisterImage.html
 */
export const registerImage: Handler<RegisterImageRequest, RegisterImageResult> = (input, call) => {
  if (!input.Name) throw missingParameter('Name')
  if (!input.RootDeviceName) throw missingParameter('RootDeviceName')
  checkImageName(input.Name, call)
  const mappings = (input.BlockDeviceMappings ?? []).map(mapping => completeMapping(mapping, call))
  if (!mappings.some(mapping => mapping.DeviceName === input.RootDeviceName && mapping.Ebs?.SnapshotId)) {
    throw new ServiceError('InvalidBlockDeviceMapping', 'Root device must have a snapshot')
  }
  const tags = tagsFor('image', input.TagSpecifications, ['image'])
  stopDryRun(input)
  const ImageId = newId('ami')
  call.region.images.set(ImageId, {
    ownerId: call.account,
    tags,
    launchPermissions: [],
    image: {
      ImageId,
      Name: input.Name,
      Description: input.Description,
      OwnerId: call.account,
      ImageLocation: `${call.account}/${input.Name}`,
      ImageType: 'machine',
      State: 'pending',
      Public: false,
      CreationDate: call.now.toISOString(),
      Architecture: input.Architecture ?? 'i386',
      PlatformDetails: 'Linux/UNIX',
      UsageOperation: 'RunInstances',
      Hypervisor: 'xen',
      VirtualizationType: input.VirtualizationType === 'hvm' ? 'hvm' : 'paravirtual',
      EnaSupport: input.EnaSupport,
      SriovNetSupport: input.SriovNetSupport,
      BootMode: input.BootMode,
      TpmSupport: input.TpmSupport,
      ImdsSupport: input.ImdsSupport,
      RootDeviceType: 'ebs',
      RootDeviceName: input.RootDeviceName,
      BlockDeviceMappings: mappings
    }
  })
  call.world.schedule.after(0, completingImage, { region: call.region.name, imageId: ImageId })
  return { ImageId }
}

/** A mapping of the request as the image will have it: its snapshot must be the caller's own. */
export function completeMapping(mapping: BlockDeviceMapping, { region, account }: Call): BlockDeviceMapping {
  const { SnapshotId, Encrypted, VolumeSize, ...ebs } = mapping.Ebs ?? {}
  if (!SnapshotId) return mapping
  const { snapshot } = find('snapshot', SnapshotId, region.snapshots, record => record.ownerId === account)
  if (Encrypted !== undefined) {
    throw new ServiceError('InvalidBlockDeviceMapping', 'The encrypted flag cannot be specified with a snapshot')
  }
  const least = snapshot.VolumeSize ?? 0
  if (VolumeSize !== undefined && VolumeSize < least) {
    const found = `Volume of size ${VolumeSize}GB is smaller than snapshot '${SnapshotId}'`
    throw new ServiceError('InvalidBlockDeviceMapping', `${found}, expect size >= ${least}GB`)
  }
  const size = { VolumeSize: VolumeSize ?? least, Encrypted: snapshot.Encrypted }
  return { ...mapping, Ebs: { VolumeType: 'standard', DeleteOnTermination: true, ...ebs, SnapshotId, ...size } }
}
