import type {
  DescribeAvailabilityZonesRequest,
  DescribeAvailabilityZonesResult,
  DescribeRegionsRequest,
  DescribeRegionsResult
} from '@aws-sdk/client-ec2'
import { ServiceError } from '../errors.ts'
import type { Handler, Handlers } from '../handler.ts'
import { compileFilters } from '../world/filters.ts'
import { isRegion, OPT_IN_REGIONS, REGIONS, zonesOf } from '../world/regions.ts'

const NO_TAGS: ReadonlyMap<string, string> = new Map()

/**
 * Lists the regions that need no opting in; with AllRegions those as well that the account has not opted into.
 *
 * @lacks opting into a region
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html
 */
const describeRegions: Handler<DescribeRegionsRequest, DescribeRegionsResult> = input => {
  const optIn = input.AllRegions ? OPT_IN_REGIONS : []
  const unknown = (input.RegionNames ?? []).find(name => !isRegion(name) && !optIn.includes(name))
  if (unknown) throw new ServiceError('InvalidParameterValue', `Invalid region provided: ${unknown}`)
  const all = [...Object.keys(REGIONS), ...optIn].map(name => ({
    RegionName: name,
    Endpoint: `ec2.${name}.amazonaws.com`,
    OptInStatus: optIn.includes(name) ? 'not-opted-in' : 'opt-in-not-required',
    tags: NO_TAGS
  }))
  const passes = compileFilters<(typeof all)[number]>(input.Filters, {
    'region-name': region => region.RegionName,
    endpoint: region => region.Endpoint,
    'opt-in-status': region => region.OptInStatus
  })
  return { Regions: all.filter(region => (input.RegionNames?.includes(region.RegionName) ?? true) && passes(region)) }
}

/**
 * Lists the zones of the region.
 *
 * @lacks Local Zones, Wavelength Zones; names that differ by account
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAvailabilityZones.html
 */
const describeAvailabilityZones: Handler<DescribeAvailabilityZonesRequest, DescribeAvailabilityZonesResult> = (
  input,
  { region }
) => {
  const all = zonesOf(region.name).map((name, i) => ({
    ZoneName: name,
    ZoneId: `${region.name}-az${i + 1}`,
    RegionName: region.name,
    GroupName: region.name,
    NetworkBorderGroup: region.name,
    Messages: [],
    State: 'available' as const,
    ZoneType: 'availability-zone',
    OptInStatus: 'opt-in-not-required' as const,
    tags: NO_TAGS
  }))
  const passes = compileFilters<(typeof all)[number]>(input.Filters, {
    'zone-name': zone => zone.ZoneName,
    'zone-id': zone => zone.ZoneId,
    'zone-type': zone => zone.ZoneType,
    'region-name': zone => zone.RegionName,
    state: zone => zone.State
  })
  const asked = (names: readonly string[] | undefined, name: string) => names?.includes(name) ?? true
  const isAsked = (zone: (typeof all)[number]) =>
    asked(input.ZoneNames, zone.ZoneName) && asked(input.ZoneIds, zone.ZoneId)
  return { AvailabilityZones: all.filter(zone => isAsked(zone) && passes(zone)) }
}

export const regionHandlers = {
  DescribeRegions: describeRegions,
  DescribeAvailabilityZones: describeAvailabilityZones
} satisfies Handlers
