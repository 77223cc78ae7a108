import type { LaunchPermission } from '@aws-sdk/client-ec2'
import type { Recipe } from '../../../recipe/recipe.ts'
import { type Check, known, unless } from './check.ts'

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-IMDS-new-instances.html */
export const IMDSV2: Check = {
  id: 'imdsv2',
  severity: 'warn',
  expected: 'instances of the image to take IMDSv2 only',
  fix: 'Start from a base that has `imds-support: v2.0`, or set it with ModifyImageAttribute.',
  judge: ({ image: { ImdsSupport: support } }) =>
    unless(support === 'v2.0' ? [] : ['its instances answer IMDSv1, too, unless their launch says otherwise'])
}

export const PRIVATE: Check = {
  id: 'private',
  severity: 'fail',
  expected: 'the image to be shared with those in `share` of the recipe alone',
  fix: 'Take the permission back with ModifyImageAttribute, or name them in `share`.',
  judge: ({ image, launchPermissions }, recipe) =>
    known(launchPermissions, permissions =>
      unless([
        ...(image.Public || permissions.some(({ Group: group }) => group === 'all') ? ['it is public'] : []),
        ...strangers(permissions, recipe).map(id => `${id} may launch it`)
      ])
    )
}

/** Without a recipe nobody is expected, and nobody a stranger. */
function strangers(permissions: readonly LaunchPermission[], recipe: Recipe | undefined): string[] {
  if (!recipe) return []
  const expected = new Set([...recipe.share.accounts, ...recipe.share.organizations])
  return permissions
    .flatMap(
      ({ UserId, OrganizationArn, OrganizationalUnitArn }) => UserId ?? OrganizationArn ?? OrganizationalUnitArn ?? []
    )
    .filter(id => !expected.has(id))
}
