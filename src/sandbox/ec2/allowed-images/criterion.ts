import type { Image, ImageCriterion, ImageWatermark, ImageWatermarkFilterResponse } from '@aws-sdk/client-ec2'
import type { ImageRecord } from '../../world/records.ts'
import { compileWildcards } from '../../world/wildcards.ts'
import { age, DAY_MS, isWithin } from './days.ts'
import { meetsScanCondition } from './scan-condition.ts'

type Test = (record: ImageRecord, now: Date) => boolean

/**
 * Whether an image meets all members of a criterion, and of a list in it at least one value.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-allowed-amis.html#how-allowed-amis-criteria-are-evaluated
 */
export function compileCriterion(criterion: ImageCriterion): Test {
  const { ScanResultCondition: scan, CreationDateCondition: created, DeprecationTimeCondition: deprecated } = criterion
  const tests = [
    criterion.ImageProviders && fromProviders(criterion.ImageProviders),
    criterion.ImageNames && named(criterion.ImageNames),
    criterion.MarketplaceProductCodes && sold(criterion.MarketplaceProductCodes),
    created && createdWithin(created.MaximumDaysSinceCreated),
    deprecated && deprecatedWithin(deprecated.MaximumDaysSinceDeprecated),
    criterion.ImageWatermarks && marked(criterion.ImageWatermarks),
    scan && (({ image }: ImageRecord, now: Date) => meetsScanCondition(image, scan, now))
  ].filter(test => test !== undefined)
  return (record, now) => tests.every(test => test(record, now))
}

/** `none` is the provider of no image. */
function fromProviders(providers: readonly string[]): Test {
  const wanted = new Set(providers)
  return ({ ownerId, image }) => wanted.has(ownerId) || wanted.has(image.ImageOwnerAlias ?? '')
}

function named(names: readonly string[]): Test {
  const patterns = names.map(compileWildcards)
  return ({ image }) => patterns.some(matches => matches(image.Name ?? ''))
}

function sold(codes: readonly string[]): Test {
  const wanted = new Set(codes)
  const isWanted = ({ ProductCodeId: id, ProductCodeType: type }: NonNullable<Image['ProductCodes']>[number]) =>
    type === 'marketplace' && wanted.has(id ?? '')
  return ({ image }) => image.ProductCodes?.some(isWanted) ?? false
}

const createdWithin =
  (days: number | undefined): Test =>
  ({ image }, now) =>
    isWithin(days, image.CreationDate, now)

/** An image that is not deprecated yet is within any number of days; none that is deprecated is within 0. */
const deprecatedWithin =
  (days = 0): Test =>
  ({ image }, now) =>
    image.DeprecationTime === undefined || age(image.DeprecationTime, now) < days * DAY_MS

/** One watermark has to match all that one filter says. */
function marked(filters: readonly ImageWatermarkFilterResponse[]): Test {
  const tests = filters.map(compileMark)
  return ({ image }, now) => image.ImageWatermarks?.some(mark => tests.some(test => test(mark, now))) ?? false
}

function compileMark(filter: ImageWatermarkFilterResponse): (mark: ImageWatermark, now: Date) => boolean {
  const hasKey = compileWildcards(filter.WatermarkKey ?? '*')
  const isFrom = compileWildcards(filter.SourceImageRegion ?? '*')
  return (mark, now) =>
    hasKey(mark.WatermarkKey ?? '') &&
    isFrom(mark.SourceImageRegion ?? '') &&
    isWithin(filter.MaximumDaysSinceSourceImageCreated, mark.SourceImageCreationTime, now) &&
    isWithin(filter.MaximumDaysSinceWatermarkCreated, mark.WatermarkCreationTime, now)
}
