import { ServiceError } from '../errors.ts'
import type { Call } from '../handler.ts'
import { membershipsOf } from '../world/organizations.ts'
import type { ImageRecord } from '../world/records.ts'
import { type AllowedFor, compileHidden } from './allowed-images/allowed.ts'
import { find } from './lookup.ts'

/** Who looks, and in which world: organizations are the world's. */
type Viewer = Pick<Call, 'account' | 'world'>

/**
 * Whether an account may see and launch an image of the region: it has access to it, and its settings for Allowed AMIs
 * do not hide it.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-allowed-amis.html
 */
export const canUseImage = (record: ImageRecord, viewer: AllowedFor): boolean =>
  hasAccess(record, viewer) && !compileHidden(viewer)(record)

/**
 * Whether an image is the account's own, public, or shared with it, with its organization or with an organizational
 * unit above it.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharing-amis.html
 */
export function hasAccess(record: ImageRecord, viewer: Viewer): boolean {
  return record.ownerId === viewer.account || record.image.Public === true || isSharedWith(record, viewer)
}

/**
 * Whether one of its launch permissions names the account, or an organization or unit that the account is in.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/share-amis-with-organizations-and-OUs.html
 */
export function isSharedWith({ launchPermissions }: ImageRecord, { account, world }: Viewer): boolean {
  if (launchPermissions.some(({ UserId: id }) => id === account)) return true
  const arns = launchPermissions.flatMap(
    ({ OrganizationArn: organization, OrganizationalUnitArn: unit }) => organization ?? unit ?? []
  )
  if (arns.length === 0) return false
  return membershipsOf(account, world.organizations.values()).some(arn => arns.includes(arn))
}

/** The caller's own image. Errors: AuthFailure for another's that it may only use, else as `find`. */
export function findOwnImage(id: string, call: Call): ImageRecord {
  const image = find('image', id, call.region.images, record => canUseImage(record, call))
  if (image.ownerId === call.account) return image
  throw new ServiceError('AuthFailure', `Not authorized for image:${id}`, 403)
}
