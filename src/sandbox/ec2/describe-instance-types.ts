import type {
  BootModeType,
  DescribeInstanceTypeOfferingsRequest,
  DescribeInstanceTypeOfferingsResult,
  DescribeInstanceTypesRequest,
  DescribeInstanceTypesResult,
  EnaSupport,
  InstanceTypeInfo,
  _InstanceType as InstanceTypeName,
  LocationType
} from '@aws-sdk/client-ec2'
import { invalidValue, ServiceError } from '../errors.ts'
import type { Handler, Handlers } from '../handler.ts'
import { compileFilters, type FilterFields } from '../world/filters.ts'
import { paginate } from '../world/pages.ts'
import type { Region } from '../world/region.ts'
import { zonesOf } from '../world/regions.ts'
import { stopDryRun } from './dryrun.ts'
import { isOffered, zonesOffering } from './instance-offerings.ts'
import { architecturesOf, INSTANCE_TYPES, type InstanceTypeFacts } from './instance-types.ts'

const NO_TAGS: ReadonlyMap<string, string> = new Map()
type Facts = InstanceTypeFacts & { tags: ReadonlyMap<string, string> }

const fields: FilterFields<Facts> = {
  'instance-type': type => type.name,
  'processor-info.supported-architecture': type => architecturesOf(type),
  'vcpu-info.default-vcpus': type => type.vCpus,
  'memory-info.size-in-mib': type => type.memoryMiB,
  hypervisor: type => type.hypervisor,
  'supported-root-device-type': type => type.rootDevices,
  'supported-usage-class': () => ['on-demand', 'spot'],
  'supported-virtualization-type': () => 'hvm',
  'bare-metal': () => false,
  'current-generation': type => type.hypervisor === 'nitro',
  'burstable-performance-supported': type => isBurstable(type),
  'ebs-info.ebs-optimized-support': () => 'default',
  'ebs-info.encryption-support': () => 'supported',
  'free-tier-eligible': type => isFree(type),
  'instance-storage-supported': () => false,
  'network-info.ena-support': type => enaSupport(type),
  'network-info.maximum-network-interfaces': () => MAX_INTERFACES,
  'supported-boot-mode': type => bootModes(type)
}

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
  const passes = compileFilters<Facts>(input.Filters, fields)
  stopDryRun(input)
  const found = [...INSTANCE_TYPES.values()]
    .filter(({ name }) => isKnown(name))
    .map(type => ({ ...type, tags: NO_TAGS }))
    .filter(type => (asked.length === 0 || asked.some(name => name === type.name)) && passes(type))
  const { page, ...rest } = paginate(found, input, { min: 5, max: 100 })
  return { InstanceTypes: page.map(answerType), ...rest }
}

function answerType(type: Facts): InstanceTypeInfo {
  return {
    InstanceType: type.name as InstanceTypeName,
    CurrentGeneration: type.hypervisor === 'nitro',
    FreeTierEligible: isFree(type),
    SupportedUsageClasses: ['on-demand', 'spot'],
    SupportedRootDeviceTypes: [...type.rootDevices],
    SupportedVirtualizationTypes: ['hvm'],
    BareMetal: false,
    Hypervisor: type.hypervisor,
    ProcessorInfo: { SupportedArchitectures: architecturesOf(type) },
    VCpuInfo: { DefaultVCpus: type.vCpus },
    MemoryInfo: { SizeInMiB: type.memoryMiB },
    EbsInfo: { EbsOptimizedSupport: 'default', EncryptionSupport: 'supported' },
    NetworkInfo: { EnaSupport: enaSupport(type), MaximumNetworkInterfaces: MAX_INTERFACES },
    BurstablePerformanceSupported: isBurstable(type),
    InstanceStorageSupported: false,
    SupportedBootModes: bootModes(type)
  }
}

const MAX_INTERFACES = 3

const isFree = ({ name }: InstanceTypeFacts): boolean => name === 't3.micro'

const enaSupport = ({ hypervisor }: InstanceTypeFacts): EnaSupport =>
  hypervisor === 'nitro' ? 'required' : 'unsupported'

const bootModes = ({ architecture }: InstanceTypeFacts): BootModeType[] =>
  architecture === 'arm64' ? ['uefi'] : ['legacy-bios', 'uefi']

const isBurstable = ({ name }: InstanceTypeFacts): boolean => name.startsWith('t')

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
