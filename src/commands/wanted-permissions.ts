import type { Image, LaunchPermission } from '@aws-sdk/client-ec2'
import type { Recipe } from '../recipe/recipe.ts'
import type { Place } from './place.ts'

/**
 * Everybody whom the recipe shares an image with, as EC2 takes them. A member's own copy is for itself.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LaunchPermission.html
 */
export function wantedPermissions(
  { share }: Recipe,
  { place, image }: { readonly place: Place; readonly image: Image }
): LaunchPermission[] {
  if (place.account) return []
  const accounts = share.accounts.filter(account => account !== image.OwnerId)
  const organizations = share.organizations.map(arn =>
    arn.includes(':ou/') ? { OrganizationalUnitArn: arn } : { OrganizationArn: arn }
  )
  return [...accounts.map(UserId => ({ UserId })), ...organizations]
}
