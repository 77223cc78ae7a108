import type { DescribeImagesRequest, DescribeImagesResult, Image } from '@aws-sdk/client-ec2'
import type { Call, Handler } from '../../handler.ts'
import { compileFilters } from '../../world/filters.ts'
import { paginate } from '../../world/pages.ts'
import type { ImageRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { canUseImage } from '../image-access.ts'
import { select } from '../lookup.ts'
import { asSeenBy, tagSet } from '../tags.ts'
import { imageFilters } from './filters.ts'

/**
 * What the caller may launch, and of its own images the deprecated and disabled ones too where asked for.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html
 */
export const describeImages: Handler<DescribeImagesRequest, DescribeImagesResult> = (input, call) => {
  const found = select('image', input.ImageIds, call.region.images, image => canUseImage(image, call))
  stopDryRun(input)
  const passes = compileFilters(input.Filters, imageFilters)
  const isListed = (image: ImageRecord) =>
    isOwnedBy(image, input.Owners, call) &&
    isExecutableBy(image, input.ExecutableUsers, call) &&
    isShown(image, input, call)
  const images = found.filter(image => isListed(image) && passes(asSeenBy(call.account, image)))
  const { page, NextToken } = paginate(images, input)
  return { Images: page.map(image => describe(image, call)), ...(NextToken && { NextToken }) }
}

const describe = (record: ImageRecord, { account }: Call): Image => ({
  ...record.image,
  Tags: tagSet(record, account)
})

function isOwnedBy({ ownerId, image }: ImageRecord, owners: readonly string[] | undefined, { account }: Call): boolean {
  if (!owners?.length) return true
  return owners.some(owner =>
    owner === 'self' ? ownerId === account : owner === ownerId || owner === image.ImageOwnerAlias
  )
}

/** Whether one of these accounts (`self`, or `all` for everybody) was given the right to launch it. */
function isExecutableBy(
  { launchPermissions }: ImageRecord,
  users: readonly string[] | undefined,
  { account }: Call
): boolean {
  if (!users?.length) return true
  const wanted = users.map(user => (user === 'self' ? account : user))
  return launchPermissions.some(({ UserId: id, Group: group }) => wanted.includes(id ?? group ?? ''))
}

/** A deprecated image stays visible to its owner; a disabled one, too, but only where asked for. */
function isShown({ image, ownerId }: ImageRecord, input: DescribeImagesRequest, { account, now }: Call): boolean {
  const isNamed = input.ImageIds?.includes(image.ImageId ?? '') ?? false
  const isOwn = ownerId === account
  if (image.State === 'disabled') return isOwn && (isNamed || input.IncludeDisabled === true)
  const isDeprecated = image.DeprecationTime !== undefined && new Date(image.DeprecationTime) <= now
  return !isDeprecated || isOwn || isNamed || input.IncludeDeprecated === true
}
