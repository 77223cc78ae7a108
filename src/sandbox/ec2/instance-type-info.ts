import type {
  BootModeType,
  EnaSupport,
  InstanceTypeInfo,
  _InstanceType as InstanceTypeName,
  NetworkInfo,
  PlacementGroupStrategy
} from '@aws-sdk/client-ec2'
import type { FilterFields } from '../world/filters.ts'
import { networkOf } from './instance-type-network.ts'
import { architecturesOf, type InstanceTypeFacts } from './instance-types.ts'

type Facts = InstanceTypeFacts & { tags: ReadonlyMap<string, string> }

/** What DescribeInstanceTypes filters by. */
export const typeFields: FilterFields<Facts> = {
  'instance-type': type => type.name,
  'processor-info.supported-architecture': type => architecturesOf(type),
  'vcpu-info.default-vcpus': type => type.vCpus,
  'memory-info.size-in-mib': type => type.memoryMiB,
  hypervisor: type => type.hypervisor,
  'supported-root-device-type': type => type.rootDevices,
  'supported-usage-class': () => ['on-demand', 'spot'],
  'supported-virtualization-type': () => 'hvm',
  'bare-metal': () => false,
  'current-generation': type => isCurrent(type),
  'burstable-performance-supported': type => isBurstable(type),
  'ebs-info.ebs-optimized-support': () => 'default',
  'ebs-info.encryption-support': () => 'supported',
  'free-tier-eligible': type => isFree(type),
  'instance-storage-supported': type => !isCurrent(type),
  'network-info.ena-support': type => enaSupport(type),
  'network-info.maximum-network-interfaces': type => networkOf(type.name).interfaces,
  'network-info.ipv4-addresses-per-interface': type => networkOf(type.name).addressesPerInterface,
  'supported-boot-mode': type => bootModes(type)
}

/** A type as DescribeInstanceTypes answers it. */
export function answerType(type: InstanceTypeFacts): InstanceTypeInfo {
  return {
    InstanceType: type.name as InstanceTypeName,
    CurrentGeneration: isCurrent(type),
    FreeTierEligible: isFree(type),
    SupportedUsageClasses: ['on-demand', 'spot'],
    SupportedRootDeviceTypes: [...type.rootDevices],
    SupportedVirtualizationTypes: ['hvm'],
    BareMetal: false,
    Hypervisor: type.hypervisor,
    ProcessorInfo: { SupportedArchitectures: architecturesOf(type) },
    VCpuInfo: {
      DefaultVCpus: type.vCpus,
      DefaultCores: type.cores,
      DefaultThreadsPerCore: type.threadsPerCore
    },
    MemoryInfo: { SizeInMiB: type.memoryMiB },
    EbsInfo: { EbsOptimizedSupport: 'default', EncryptionSupport: 'supported' },
    NetworkInfo: networkInfo(type),
    PlacementGroupInfo: { SupportedStrategies: placementStrategies(type) },
    BurstablePerformanceSupported: isBurstable(type),
    InstanceStorageSupported: !isCurrent(type),
    HibernationSupported: false,
    DedicatedHostsSupported: !isBurstable(type),
    AutoRecoverySupported: true,
    SupportedBootModes: bootModes(type)
  }
}

function networkInfo(type: InstanceTypeFacts): NetworkInfo {
  const { performance, interfaces, addressesPerInterface, ipv6AddressesPerInterface } = networkOf(type.name)
  return {
    NetworkPerformance: performance,
    MaximumNetworkInterfaces: interfaces,
    Ipv4AddressesPerInterface: addressesPerInterface,
    Ipv6AddressesPerInterface: ipv6AddressesPerInterface,
    Ipv6Supported: ipv6AddressesPerInterface > 0,
    EnaSupport: enaSupport(type)
  }
}

const isCurrent = ({ name }: InstanceTypeFacts): boolean => !/^m[13]\./.test(name)

/** No cluster of types that burst. */
const placementStrategies = (type: InstanceTypeFacts): PlacementGroupStrategy[] =>
  isBurstable(type) || !isCurrent(type) ? ['partition', 'spread'] : ['cluster', 'partition', 'spread']

const isFree = ({ name }: InstanceTypeFacts): boolean => name === 't3.micro'

const enaSupport = ({ hypervisor }: InstanceTypeFacts): EnaSupport =>
  hypervisor === 'nitro' ? 'required' : 'unsupported'

const bootModes = ({ architecture }: InstanceTypeFacts): BootModeType[] =>
  architecture === 'arm64' ? ['uefi'] : ['legacy-bios', 'uefi']

const isBurstable = ({ name }: InstanceTypeFacts): boolean => name.startsWith('t')
