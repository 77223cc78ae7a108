import type { ImageRecord } from '../world/records.ts'

/**
 * Whether an account may see and launch an image: its own, a public one, or one shared with it.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharing-amis.html
 */
export function canUseImage({ ownerId, image, launchPermissions }: ImageRecord, account: string): boolean {
  if (ownerId === account || image.Public) return true
  return launchPermissions.some(permission => permission.UserId === account || permission.Group === 'all')
}
