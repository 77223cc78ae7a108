import { ServiceError } from '../errors.ts'
import type { Call } from '../handler.ts'
import type { ImageRecord } from '../world/records.ts'
import { find } from './lookup.ts'

/**
 * Whether an account may see and launch an image: its own, a public one, or one shared with it.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharing-amis.html
 */
export function canUseImage({ ownerId, image, launchPermissions }: ImageRecord, account: string): boolean {
  if (ownerId === account || image.Public) return true
  return launchPermissions.some(permission => permission.UserId === account || permission.Group === 'all')
}

/** The caller's own image. Errors: AuthFailure for another's that it may only use, else as `find`. */
export function findOwnImage(id: string, { region, account }: Call): ImageRecord {
  const image = find('image', id, region.images, record => canUseImage(record, account))
  if (image.ownerId === account) return image
  throw new ServiceError('AuthFailure', `Not authorized for image:${id}`, 403)
}
