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
import { zonesOf } from '../world/regions.ts'
import { type Cidr, overlaps, parseCidr } from './cidr.ts'
import { stopDryRun } from './dryrun.ts'
import { find } from './lookup.ts'
import { defaultVpcOf, makeDefaultVpc, makeSubnet, makeVpc } from './make-network.ts'
import { tagSet, tagsFor } from './tags.ts'

/**
 * Makes a VPC of a CIDR block, with its default security group.
 *
 * @lacks IPv6, IPAM, tenancy, routes, gateways
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html
 */
const createVpc: Handler<CreateVpcRequest, CreateVpcResult> = (input, { region, account }) => {
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
 * @lacks IPv6, IPAM, Local Zones
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html
 */
const createSubnet: Handler<CreateSubnetRequest, CreateSubnetResult> = (input, { region, account }) => {
  const tags = tagsFor('subnet', input.TagSpecifications, ['subnet'])
  const vpc = find('vpc', input.VpcId ?? '', region.vpcs, ({ ownerId }) => ownerId === account)
  const cidr = readCidr(input.CidrBlock, 'InvalidSubnet.Range')
  checkRange(cidr, parseCidr(vpc.vpc.CidrBlock ?? ''))
  for (const { subnet } of region.subnets.values()) {
    if (subnet.VpcId === vpc.vpc.VpcId) checkConflict(cidr, parseCidr(subnet.CidrBlock ?? ''))
  }
  const zones = zonesOf(region.name)
  const zone = input.AvailabilityZone ?? zones[0] ?? ''
  if (!zones.includes(zone)) throw invalidValue('availabilityZone', zone.slice(0, 60), `one of ${zones.join(', ')}`)
  stopDryRun(input)
  const record = makeSubnet(region, vpc, zone, cidr.text)
  for (const [key, value] of tags) record.tags.set(key, value)
  return { Subnet: { ...record.subnet, Tags: tagSet(record, account) } }
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
