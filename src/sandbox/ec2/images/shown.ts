import type { DescribeImagesRequest } from '@aws-sdk/client-ec2'
import type { Call } from '../../handler.ts'
import type { ImageRecord } from '../../world/records.ts'
import { compileHidden } from '../allowed-images/allowed.ts'
import { hasAccess, isSharedWith } from '../image-access.ts'
import { checkUser } from '../user-ids.ts'

type Test = (record: ImageRecord) => boolean

const ALIASES = ['self', 'amazon', 'aws-backup-vault', 'aws-marketplace']

/**
 * Which images a request asks for, its filters aside; the cheapest test comes first.
 * Errors: InvalidUserID.Malformed.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html
 */
export function compileSelection(input: DescribeImagesRequest, call: Call): Test {
  const isHidden = compileHidden(call)
  const tests = [
    ownedBy(input.Owners, call),
    shownBy(input, call),
    executableBy(input.ExecutableUsers, call),
    (record: ImageRecord) => hasAccess(record, call) && !isHidden(record)
  ].filter(test => test !== undefined)
  return record => tests.every(test => test(record))
}

function ownedBy(owners: readonly string[] | undefined, { account }: Call): Test | undefined {
  if (!owners?.length) return undefined
  for (const owner of owners) checkUser(owner, ALIASES)
  const wanted = new Set(owners.map(owner => (owner === 'self' ? account : owner)))
  return ({ ownerId, image }) => wanted.has(ownerId) || wanted.has(image.ImageOwnerAlias ?? '')
}

/**
 * By explicit launch permissions. Of another account only those that name it; of the caller also those of its
 * organization.
 */
function executableBy(users: readonly string[] | undefined, call: Call): Test | undefined {
  if (!users?.length) return undefined
  for (const user of users) checkUser(user, ['self', 'all'])
  const tests = users.map((user): Test => {
    if (user === 'all') return ({ image }) => image.Public === true
    if (user === 'self' || user === call.account) return record => isSharedWith(record, call)
    return ({ launchPermissions }) => launchPermissions.some(({ UserId: id }) => id === user)
  })
  return record => tests.some(test => test(record))
}

/**
 * A deprecated image stays visible to its owner, and to others who name it or ask for such; a disabled one to its
 * owner, who has to ask for such.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-deprecate.html
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/disable-an-ami.html
 */
function shownBy(input: DescribeImagesRequest, { account, now }: Call): Test {
  const showsDeprecated = input.IncludeDeprecated === true || Boolean(input.ImageIds?.length)
  return ({ image, ownerId }) => {
    if (image.State === 'disabled') return ownerId === account && input.IncludeDisabled === true
    return showsDeprecated || ownerId === account || !isDeprecated(image.DeprecationTime, now)
  }
}

const isDeprecated = (time: string | undefined, now: Date): boolean => time !== undefined && new Date(time) <= now
