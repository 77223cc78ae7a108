import { ServiceError } from '../../errors.ts'
import type { Call } from '../../handler.ts'

/**
 * Refuses a name that is malformed, or that another image of this account and region has.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html (Name)
 */
export function checkImageName(name: string, { region, account }: Call): void {
  if (!/^[A-Za-z0-9()[\] ./\-'@_]{3,128}$/.test(name)) {
    const rule =
      "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, '(', ')', '.', '-', '/' and '_'"
    throw new ServiceError('InvalidAMIName.Malformed', rule)
  }
  for (const { ownerId, image } of region.images.values()) {
    if (ownerId !== account || image.Name !== name) continue
    throw new ServiceError('InvalidAMIName.Duplicate', `AMI name ${name} is already in use by AMI ${image.ImageId}`)
  }
}
