import type {
  CreateDefaultVpcRequest,
  CreateDefaultVpcResult,
  CreateSubnetRequest,
  CreateSubnetResult,
  CreateVpcRequest,
  CreateVpcResult
} from '@aws-sdk/client-ec2'
import { invalidValue, missingParameter, ServiceError } from '../errors.ts'
import type { Handler, Handlers } from '../handler.ts'
import { refuseUnmodelled } from '../unmodelled.ts'
import { zoneIdOf, zonesOf } from '../world/regions.ts'
import { type Cidr, overlaps, parseCidr } from './cidr.ts'
import { stopDryRun } from './dryrun.ts'
import { find } from './lookup.ts'
import { defaultVpcOf, makeDefaultVpc, makeSubnet, makeVpc } from './make-network.ts'
import { tagSet, tagsFor } from './tags.ts'

const UNMODELLED_OF_BLOCKS = [
  'Ipv6CidrBlock',
  'Ipv4IpamPoolId',
  'Ipv4NetmaskLength',
  'Ipv6IpamPoolId',
  'Ipv6NetmaskLength'
] as const
const UNMODELLED_OF_VPCS = ['AmazonProvidedIpv6CidrBlock', 'Ipv6Pool', 'VpcEncryptionControl'] as const
const UNMODELLED_OF_SUBNETS = ['Ipv6Native', 'OutpostArn'] as const

/**
 * Makes a VPC of a CIDR block, with its default security group.
 *
 * @lacks IPv6, IPAM, dedicated tenancy, encryption controls, routes, gateways
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html
 */
const createVpc: Handler<CreateVpcRequest, CreateVpcResult> = (input, { region, account }) => {
  refuseUnmodelled(input, [...UNMODELLED_OF_BLOCKS, ...UNMODELLED_OF_VPCS])
  if (input.InstanceTenancy !== 'default') refuseUnmodelled(input, ['InstanceTenancy'])
  const tags = tagsFor('vpc', input.TagSpecifications, ['vpc'])
  const cidr = readCidr(input.CidrBlock, 'InvalidVpc.Range')
  stopDryRun(input)
  const record = makeVpc(region, account, cidr.text)
  for (const [key, value] of tags) record.tags.set(key, value)
  return { Vpc: { ...record.vpc, Ipv6CidrBlockAssociationSet: [], Tags: tagSet(record, account) } }
}

/**
 * Makes the default VPC with a subnet in each zone, where the account has none.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateDefaultVpc.html
 */
const createDefaultVpc: Handler<CreateDefaultVpcRequest, CreateDefaultVpcResult> = (input, { region, account }) => {
  if (defaultVpcOf(region, account)) {
    throw new ServiceError('DefaultVpcAlreadyExists', 'A Default VPC already exists for this account in this region.')
  }
  stopDryRun(input)
  return { Vpc: { ...makeDefaultVpc(region, account).vpc, Ipv6CidrBlockAssociationSet: [], Tags: [] } }
}

/**
 * Makes a subnet in a zone, within its VPC's block and beside the other subnets.
 *
 * @lacks IPv6, IPAM, Local Zones, Outposts
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html
 */
const createSubnet: Handler<CreateSubnetRequest, CreateSubnetResult> = (input, { region, account }) => {
  refuseUnmodelled(input, [...UNMODELLED_OF_BLOCKS, ...UNMODELLED_OF_SUBNETS])
  const tags = tagsFor('subnet', input.TagSpecifications, ['subnet'])
  const vpc = find('vpc', input.VpcId ?? '', region.vpcs, ({ ownerId }) => ownerId === account)
  const cidr = readCidr(input.CidrBlock, 'InvalidSubnet.Range')
  checkRange(cidr, parseCidr(vpc.vpc.CidrBlock ?? ''))
  for (const { subnet } of region.subnets.values()) {
    if (subnet.VpcId === vpc.vpc.VpcId) checkConflict(cidr, parseCidr(subnet.CidrBlock ?? ''))
  }
  const zone = chooseZone(input, region.name)
  stopDryRun(input)
  const record = makeSubnet(region, vpc, zone, cidr.text)
  for (const [key, value] of tags) record.tags.set(key, value)
  return { Subnet: { ...record.subnet, Tags: tagSet(record, account) } }
}

/** The zone that is named, or has the id that is; the first one where there is neither. */
function chooseZone({ AvailabilityZone: name, AvailabilityZoneId: id }: CreateSubnetRequest, region: string): string {
  if (name && id) {
    const sentence = 'AvailabilityZone and AvailabilityZoneId cannot be specified together'
    throw new ServiceError('InvalidParameterCombination', sentence)
  }
  const zones = zonesOf(region)
  const asked = name ?? id ?? zones[0] ?? ''
  const zone = zones.find(each => each === asked || (id !== undefined && zoneIdOf(each) === asked))
  if (!zone) throw invalidValue('availabilityZone', asked.slice(0, 60), `one of ${zones.join(', ')}`)
  return zone
}

function readCidr(text: string | undefined, rangeCode: string): Cidr {
  if (!text) throw missingParameter('cidrBlock')
  const cidr = parseCidr(text)
  if (!cidr) {
    const sentence = `Value (${text.slice(0, 60)}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`
    throw new ServiceError('InvalidParameterValue', sentence)
  }
  if (cidr.bits >= 16 && cidr.bits <= 28) return cidr
  throw new ServiceError(rangeCode, `The CIDR '${text}' is invalid.`)
}

function checkRange(cidr: Cidr, vpc: Cidr | undefined): void {
  if (vpc && overlaps(cidr, vpc) && cidr.bits >= vpc.bits) return
  throw new ServiceError('InvalidSubnet.Range', `The CIDR '${cidr.text}' is invalid.`)
}

function checkConflict(cidr: Cidr, other: Cidr | undefined): void {
  if (!other || !overlaps(cidr, other)) return
  throw new ServiceError('InvalidSubnet.Conflict', `The CIDR '${cidr.text}' conflicts with another subnet`)
}

export const createNetworkHandlers = {
  CreateVpc: createVpc,
  CreateDefaultVpc: createDefaultVpc,
  CreateSubnet: createSubnet
} satisfies Handlers
