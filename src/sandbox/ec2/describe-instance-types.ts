import type {
  DescribeInstanceTypeOfferingsRequest,
  DescribeInstanceTypeOfferingsResult,
  DescribeInstanceTypesRequest,
  DescribeInstanceTypesResult,
  _InstanceType as InstanceTypeName,
  LocationType
} from '@aws-sdk/client-ec2'
import { invalidValue, ServiceError } from '../errors.ts'
import type { Handler, Handlers } from '../handler.ts'
import { compileFilters } from '../world/filters.ts'
import { paginate } from '../world/pages.ts'
import type { Region } from '../world/region.ts'
import { zonesOf } from '../world/regions.ts'
import { stopDryRun } from './dryrun.ts'
import { isOffered, zonesOffering } from './instance-offerings.ts'
import { answerType, typeFields } from './instance-type-info.ts'
import { INSTANCE_TYPES } from './instance-types.ts'

const NO_TAGS: ReadonlyMap<string, string> = new Map()

/**
 * Lists the types that some zone of the region offers.
 *
 * @lacks all but a few types of the current generations
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypes.html
 */
const describeInstanceTypes: Handler<DescribeInstanceTypesRequest, DescribeInstanceTypesResult> = (input, call) => {
  const asked = input.InstanceTypes ?? []
  const isKnown = (name: string) => INSTANCE_TYPES.has(name) && zonesOffering(name, call.region.name).length > 0
  const unknown = asked.filter(name => !isKnown(name))
  if (unknown.length > 0) {
    const sentence = `The following supplied instance types do not exist: [${unknown.join(', ')}]`
    throw new ServiceError('InvalidInstanceType', sentence)
  }
  const passes = compileFilters(input.Filters, typeFields)
  stopDryRun(input)
  const found = [...INSTANCE_TYPES.values()]
    .filter(({ name }) => isKnown(name))
    .map(type => ({ ...type, tags: NO_TAGS }))
    .filter(type => (asked.length === 0 || asked.some(name => name === type.name)) && passes(type))
  const { page, ...rest } = paginate(found, input, { min: 5, max: 100 })
  return { InstanceTypes: page.map(answerType), ...rest }
}

/**
 * Lists which types each zone or the region offers: zones that were opened later lack the previous generations.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypeOfferings.html
 */
const describeInstanceTypeOfferings: Handler<
  DescribeInstanceTypeOfferingsRequest,
  DescribeInstanceTypeOfferingsResult
> = (input, { region }) => {
  const LocationType = input.LocationType ?? 'region'
  const offerings = locationsOf(LocationType, region).flatMap(({ Location, zones }) =>
    [...INSTANCE_TYPES.keys()]
      .filter(name => zones.some(zone => isOffered(name, zone)))
      .map(name => ({ InstanceType: name as InstanceTypeName, LocationType, Location, tags: NO_TAGS }))
  )
  const passes = compileFilters<(typeof offerings)[number]>(input.Filters, {
    'instance-type': offering => offering.InstanceType,
    location: offering => offering.Location
  })
  stopDryRun(input)
  const { page, ...rest } = paginate(offerings.filter(passes), input, { min: 5, max: 1000 })
  return { InstanceTypeOfferings: page, ...rest }
}

interface OfferingLocation {
  readonly Location: string
  readonly zones: readonly string[]
}

function locationsOf(type: LocationType, { name }: Region): OfferingLocation[] {
  const zones = zonesOf(name)
  if (type === 'region') return [{ Location: name, zones }]
  if (type === 'availability-zone') return zones.map(zone => ({ Location: zone, zones: [zone] }))
  if (type === 'availability-zone-id') {
    return zones.map((zone, i) => ({ Location: `${name}-az${i + 1}`, zones: [zone] }))
  }
  throw invalidValue('LocationType', type, 'region, availability-zone or availability-zone-id')
}

export const instanceTypeHandlers = {
  DescribeInstanceTypes: describeInstanceTypes,
  DescribeInstanceTypeOfferings: describeInstanceTypeOfferings
} satisfies Handlers
