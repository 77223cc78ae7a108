import type {
  DescribeSpotPriceHistoryRequest,
  DescribeSpotPriceHistoryResult,
  _InstanceType as InstanceTypeName,
  RIProductDescription,
  SpotPrice
} from '@aws-sdk/client-ec2'
import type { Call, Handler, Handlers } from '../../handler.ts'
import { compileFilters } from '../../world/filters.ts'
import { paginate } from '../../world/pages.ts'
import { zoneIdOf } from '../../world/regions.ts'
import { stopDryRun } from '../dryrun.ts'
import { zonesOffering } from '../instance-offerings.ts'
import { INSTANCE_TYPES } from '../instance-types.ts'
import { priceText, spotUsd } from './prices.ts'

const PRODUCTS: readonly RIProductDescription[] = ['Linux/UNIX', 'Windows']
const NO_TAGS: ReadonlyMap<string, string> = new Map()
type Priced = SpotPrice & { tags: ReadonlyMap<string, string> }

/**
 * Answers one price for each type, product and zone that offers it.
 *
 * @lacks prices that change
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotPriceHistory.html
 */
const describeSpotPriceHistory: Handler<DescribeSpotPriceHistoryRequest, DescribeSpotPriceHistoryResult> = (
  input,
  call
) => {
  const passes = compileFilters<Priced>(input.Filters, {
    'availability-zone': price => price.AvailabilityZone,
    'availability-zone-id': price => zoneIdOf(price.AvailabilityZone ?? ''),
    'instance-type': price => price.InstanceType,
    'product-description': price => price.ProductDescription,
    'spot-price': price => price.SpotPrice,
    timestamp: price => price.Timestamp?.toISOString()
  })
  stopDryRun(input)
  const { page, ...rest } = paginate(pricesFor(input, call).filter(passes), input, { max: 1000 })
  return { SpotPriceHistory: page.map(({ tags, ...price }) => price), ...rest }
}

function pricesFor(input: DescribeSpotPriceHistoryRequest, { region, now }: Call): Priced[] {
  const types = [...INSTANCE_TYPES.values()].filter(({ name }) => isAsked(input.InstanceTypes, name))
  const Timestamp = input.EndTime && input.EndTime < now ? input.EndTime : now
  return types.flatMap(type =>
    zonesOffering(type.name, region.name)
      .filter(zone => (input.AvailabilityZone ?? zone) === zone)
      .flatMap(zone =>
        PRODUCTS.filter(product => isAsked(input.ProductDescriptions, product)).map(product => ({
          AvailabilityZone: zone,
          InstanceType: type.name as InstanceTypeName,
          ProductDescription: product,
          SpotPrice: priceText(spotUsd(type)),
          Timestamp,
          tags: NO_TAGS
        }))
      )
  )
}

const isAsked = (asked: readonly string[] | undefined, name: string): boolean => !asked?.length || asked.includes(name)

export const spotPriceHandlers = { DescribeSpotPriceHistory: describeSpotPriceHistory } satisfies Handlers
