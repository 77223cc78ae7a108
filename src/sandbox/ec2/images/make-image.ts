import type { Image } from '@aws-sdk/client-ec2'
import type { Call } from '../../handler.ts'
import { newId } from '../../world/ids.ts'
import type { ImageRecord } from '../../world/records.ts'

/** What a new image is made of; all else is the same for every image. */
export interface ImagePlan {
  readonly tags: Map<string, string>
  readonly uefiData?: string | undefined
  readonly image: Partial<Image> & { Name: string }
}

/**
 * Adds a private image of the caller's own: pending, and without devices unless the plan has them.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Image.html
 */
export function makeImage({ tags, uefiData, image }: ImagePlan, { region, account, now }: Call): ImageRecord {
  const ImageId = newId('ami')
  const record: ImageRecord = {
    ownerId: account,
    tags,
    launchPermissions: [],
    uefiData,
    image: {
      OwnerId: account,
      ImageLocation: `${account}/${image.Name}`,
      ImageType: 'machine',
      State: 'pending',
      Public: false,
      CreationDate: now.toISOString(),
      PlatformDetails: 'Linux/UNIX',
      UsageOperation: 'RunInstances',
      Hypervisor: 'xen',
      RootDeviceType: 'ebs',
      ...image,
      ImageId
    }
  }
  region.images.set(ImageId, record)
  return record
}
