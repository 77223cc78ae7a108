import type { DescribeImagesRequest, DescribeImagesResult, Image } from '@aws-sdk/client-ec2'
import { ServiceError } from '../../errors.ts'
import type { Call, Handler } from '../../handler.ts'
import { compileFilters } from '../../world/filters.ts'
import { checkId, notFound } from '../../world/ids.ts'
import { idsAfter } from '../../world/order.ts'
import type { ImageRecord } from '../../world/records.ts'
import { compileAllowed, compileHidden } from '../allowed-images/allowed.ts'
import { stopDryRun } from '../dryrun.ts'
import { hasAccess } from '../image-access.ts'
import { asSeenBy, tagSet } from '../tags.ts'
import { imageFilters } from './filters.ts'
import { readPage, writeToken } from './page-token.ts'
import { protectionOf } from './protection.ts'
import { compileSelection } from './shown.ts'

/**
 * Lists what the caller may launch, and of its own images the disabled ones too where asked for, in pages whose order
 * says nothing. A deregistered image that an instance still runs on is an empty result, not an error.
 *
 * @lacks FreeTierEligible and PublicSsmParameterName of the images that are there from the start
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html
 */
export const describeImages: Handler<DescribeImagesRequest, DescribeImagesResult> = (input, call) => {
  const { size, after } = readPage(input)
  if (size !== undefined && input.ImageIds?.length) {
    const sentence = 'The parameter imageIds cannot be used with the parameter maxResults'
    throw new ServiceError('InvalidParameterCombination', sentence)
  }
  const isAllowed = compileAllowed(call)
  const isSelected = compileSelection(input, call)
  const fields = { ...imageFilters, 'image-allowed': (record: ImageRecord) => isAllowed?.(record) }
  const passes = compileFilters<ImageRecord>(input.Filters, fields)
  const records = candidates(input.ImageIds, after, call)
  stopDryRun(input)
  const found: ImageRecord[] = []
  for (const record of records) {
    if (!isSelected(record) || !passes(asSeenBy(call.account, record))) continue
    if (found.push(record) > (size ?? Number.POSITIVE_INFINITY)) break
  }
  const page = found.slice(0, size)
  const last = page.at(-1)
  const Images = page.map(record => ({
    ...describeImage(record, call),
    ...(isAllowed && { ImageAllowed: isAllowed(record) })
  }))
  return { Images, ...(found.length > page.length && last && { NextToken: writeToken(last.image.ImageId) }) }
}

function candidates(ids: readonly string[] | undefined, after: string | undefined, call: Call): Iterable<ImageRecord> {
  const { images } = call.region
  if (ids?.length) return findNamed(ids, call)
  return (function* () {
    for (const id of idsAfter(images, after)) {
      const record = images.get(id)
      if (record) yield record
    }
  })()
}

/** One bad id fails the whole request. Errors: InvalidAMIID.Malformed, InvalidAMIID.NotFound. */
function findNamed(ids: readonly string[], call: Call): ImageRecord[] {
  for (const id of ids) checkId('image', id)
  const isHidden = compileHidden(call)
  const found = new Map<string, ImageRecord>()
  const missing = new Set<string>()
  for (const id of ids) {
    const record = call.region.images.get(id)
    if (record && hasAccess(record, call) && !isHidden(record)) found.set(id, record)
    else if (record || !isStillUsed(id, call)) missing.add(id)
  }
  if (missing.size > 0) throw notFound('image', [...missing])
  return [...found.values()]
}

/** Whether the caller has an instance of an image that has been deregistered. */
const isStillUsed = (id: string, { region, account }: Call): boolean =>
  [...region.instances.values()].some(
    ({ ownerId, instance }) => ownerId === account && instance.ImageId === id && instance.State?.Name !== 'terminated'
  )

/** An image as this account sees it: its tags and its last launch are its owner's to know. */
export function describeImage(record: ImageRecord, { account, now }: Pick<Call, 'account' | 'now'>): Image {
  return {
    ...record.image,
    ...(record.ownerId !== account && { LastLaunchedTime: undefined }),
    DeregistrationProtection: protectionOf(record, now),
    Tags: tagSet(record, account)
  }
}
