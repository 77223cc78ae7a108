import type { DescribeImageAttributeRequest, Image, ImageAttribute, ImageAttributeName } from '@aws-sdk/client-ec2'
import { invalidValue, missingParameter, ServiceError } from '../../errors.ts'
import type { Handler } from '../../handler.ts'
import type { ImageRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { findOwnImage } from '../image-access.ts'
import { protectionOf } from './protection.ts'

type Read = (record: ImageRecord, now: Date) => Omit<ImageAttribute, 'ImageId'>

const value = (field: keyof Image) => (record: ImageRecord) => ({ Value: record.image[field] as string | undefined })

/** By the name that a request gives to it. */
const ATTRIBUTES: Readonly<Record<Exclude<ImageAttributeName, 'blockDeviceMapping'>, Read>> = {
  bootMode: record => ({ BootMode: value('BootMode')(record) }),
  deregistrationProtection: (record, now) => ({ DeregistrationProtection: { Value: protectionOf(record, now) } }),
  description: record => ({ Description: value('Description')(record) }),
  imdsSupport: record => ({ ImdsSupport: value('ImdsSupport')(record) }),
  kernel: record => ({ KernelId: value('KernelId')(record) }),
  lastLaunchedTime: record => ({ LastLaunchedTime: value('LastLaunchedTime')(record) }),
  launchPermission: ({ launchPermissions }) => ({ LaunchPermissions: launchPermissions }),
  productCodes: ({ image }) => ({ ProductCodes: image.ProductCodes ?? [] }),
  ramdisk: record => ({ RamdiskId: value('RamdiskId')(record) }),
  sriovNetSupport: record => ({ SriovNetSupport: value('SriovNetSupport')(record) }),
  tpmSupport: record => ({ TpmSupport: value('TpmSupport')(record) }),
  uefiData: ({ uefiData }) => ({ UefiData: { Value: uefiData } })
}

/**
 * Reads one attribute of an image, for its owner. Block device mappings are DescribeImages' to tell.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImageAttribute.html
 */
export const describeImageAttribute: Handler<DescribeImageAttributeRequest, ImageAttribute> = (input, call) => {
  const { ImageId, Attribute } = input
  if (!ImageId) throw missingParameter('ImageId')
  if (!Attribute) throw missingParameter('Attribute')
  const record = findOwnImage(ImageId, call)
  if (Attribute === 'blockDeviceMapping') {
    throw new ServiceError('AuthFailure', `Unauthorized attribute for image:${ImageId}`, 403)
  }
  if (!Object.hasOwn(ATTRIBUTES, Attribute)) {
    throw invalidValue('Attribute', String(Attribute), Object.keys(ATTRIBUTES).join(', '))
  }
  stopDryRun(input)
  return { ImageId, ...ATTRIBUTES[Attribute](record, call.now) }
}
