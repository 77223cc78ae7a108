import type { RegisterImageRequest, RegisterImageResult } from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../../errors.ts'
import type { Handler } from '../../handler.ts'
import { stopDryRun } from '../dryrun.ts'
import { tagsFor } from '../tags.ts'
import { completingImage } from './complete.ts'
import { checkImageName } from './image-name.ts'
import { makeImage } from './make-image.ts'
import { checkDevices, completeMapping } from './mapping.ts'
import { billingOf, checkRegistration } from './registration-rules.ts'

/**
 * Registers an image from completed snapshots, own or shared. Encryption cannot be changed here, and its
 * instances are billed as plain Linux unless it names billing products.
 *
 * @lacks images from a manifest in S3; billing products but those of Windows and Red Hat; product codes of snapshots
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RegisterImage.html
 */
export const registerImage: Handler<RegisterImageRequest, RegisterImageResult> = (input, call) => {
  const { Name, RootDeviceName } = input
  if (!Name) throw missingParameter('Name')
  if (input.ImageLocation !== undefined) {
    throw new ServiceError('UnsupportedOperation', 'There is no S3 here to read the manifest of an image from')
  }
  if (!RootDeviceName) throw missingParameter('RootDeviceName')
  checkImageName(Name, call)
  checkRegistration(input)
  const billing = billingOf(input.BillingProducts)
  const asked = input.BlockDeviceMappings ?? []
  checkDevices(asked, RootDeviceName)
  const mappings = asked.map(mapping => completeMapping(mapping, call))
  if (!mappings.some(mapping => mapping.DeviceName === RootDeviceName && mapping.Ebs?.SnapshotId)) {
    throw new ServiceError('InvalidBlockDeviceMapping', 'Root device must have a snapshot')
  }
  const tags = tagsFor('image', input.TagSpecifications, ['image'])
  stopDryRun(input)
  const { image } = makeImage(
    {
      tags,
      uefiData: input.UefiData,
      image: { ...describe(input), ...billing, Name, RootDeviceName, BlockDeviceMappings: mappings }
    },
    call
  )
  call.world.schedule.after(0, completingImage, { region: call.region.name, imageId: image.ImageId })
  return { ImageId: image.ImageId }
}

const describe = (input: RegisterImageRequest) => ({
  Description: input.Description,
  Architecture: input.Architecture ?? 'i386',
  VirtualizationType: input.VirtualizationType === 'hvm' ? ('hvm' as const) : ('paravirtual' as const),
  KernelId: input.KernelId,
  RamdiskId: input.RamdiskId,
  EnaSupport: input.EnaSupport,
  SriovNetSupport: input.SriovNetSupport,
  BootMode: input.BootMode,
  TpmSupport: input.TpmSupport,
  ImdsSupport: input.ImdsSupport
})
