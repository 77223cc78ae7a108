import type { InstanceNetworkInterfaceSpecification, RunInstancesRequest } from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../../errors.ts'
import type { Call } from '../../handler.ts'
import type { SecurityGroupRecord, SubnetRecord } from '../../world/records.ts'
import { find, select } from '../lookup.ts'
import { defaultVpcOf } from '../make-network.ts'
import { findByName } from '../security-groups.ts'

/** A network interface that an instance will have. */
export interface PlannedInterface {
  readonly deviceIndex: number
  readonly subnet: SubnetRecord
  readonly groups: readonly SecurityGroupRecord[]
  readonly publicIp: boolean
  readonly deleteOnTermination: boolean
  readonly description: string
}

/** Whether a launch would succeed in a zone. */
type Suits = (zone: string) => boolean

/**
 * The network interfaces of a launch, the primary one first: in the subnets asked for, else in the default VPC, there in
 * a zone that suits if any does.
 * Errors: VPCIdNotSpecified, MissingInput, InvalidParameterCombination, InvalidParameter, Invalid….NotFound.
 */
export function planInterfaces(input: RunInstancesRequest, call: Call, suits: Suits): PlannedInterface[] {
  const specifications = input.NetworkInterfaces ?? []
  if (specifications.length === 0) {
    return [plan({ DeviceIndex: 0, SubnetId: input.SubnetId, Groups: input.SecurityGroupIds }, input, call, suits)]
  }
  checkSpecifications(specifications, input)
  return specifications
    .map(specification => plan(specification, input, call, suits))
    .sort((a, b) => a.deviceIndex - b.deviceIndex)
}

function plan(
  specification: InstanceNetworkInterfaceSpecification,
  input: RunInstancesRequest,
  call: Call,
  suits: Suits
): PlannedInterface {
  const subnet = subnetFor(specification.SubnetId, input.Placement?.AvailabilityZone, call, suits)
  return {
    deviceIndex: specification.DeviceIndex ?? 0,
    subnet,
    groups: groupsFor(specification.Groups, input.SecurityGroups, subnet, call),
    publicIp: specification.AssociatePublicIpAddress ?? subnet.subnet.MapPublicIpOnLaunch ?? false,
    deleteOnTermination: specification.DeleteOnTermination ?? true,
    description: specification.Description ?? ''
  }
}

function checkSpecifications(
  specifications: readonly InstanceNetworkInterfaceSpecification[],
  input: RunInstancesRequest
): void {
  const refuse = (sentence: string) => new ServiceError('InvalidParameterCombination', sentence)
  const both = 'may not be specified on the same request'
  if (input.SubnetId) throw refuse(`Network interfaces and an instance-level subnet ID ${both}`)
  if (input.SecurityGroupIds?.length || input.SecurityGroups?.length) {
    throw refuse(`Network interfaces and an instance-level security groups ${both}`)
  }
  const indexes = specifications.map(specification => specification.DeviceIndex)
  if (indexes.includes(undefined)) throw missingParameter('NetworkInterface.DeviceIndex')
  if (!indexes.includes(0)) throw refuse('A network interface with device index 0 is required')
  if (new Set(indexes).size < indexes.length) throw refuse('Each network interface requires a unique device index.')
  if (specifications.length > 1 && specifications.some(each => each.AssociatePublicIpAddress !== undefined)) {
    const parameter = 'associatePublicIPAddress parameter'
    throw refuse(`The ${parameter} cannot be specified when launching with multiple network interfaces.`)
  }
  const existing = specifications.find(each => each.NetworkInterfaceId)?.NetworkInterfaceId
  if (existing) {
    const sentence = `The networkInterface ID '${existing.slice(0, 60)}' does not exist`
    throw new ServiceError('InvalidNetworkInterfaceID.NotFound', sentence)
  }
}

function subnetFor(
  id: string | undefined,
  zone: string | undefined,
  { region, account }: Call,
  suits: Suits
): SubnetRecord {
  if (id) return find('subnet', id, region.subnets, ({ ownerId }) => ownerId === account)
  const vpc = defaultVpcOf(region, account)
  if (!vpc) throw new ServiceError('VPCIdNotSpecified', 'No default VPC for this user')
  const subnets = [...region.subnets.values()].filter(
    ({ subnet }) => subnet.VpcId === vpc.vpc.VpcId && subnet.DefaultForAz && (!zone || subnet.AvailabilityZone === zone)
  )
  const subnet = subnets.find(({ subnet }) => suits(subnet.AvailabilityZone)) ?? subnets[0]
  if (subnet) return subnet
  const sentence = `No subnets found for the default VPC '${vpc.vpc.VpcId}'. Please specify a subnet.`
  throw new ServiceError('MissingInput', sentence)
}

function groupsFor(
  ids: readonly string[] | undefined,
  names: readonly string[] | undefined,
  { subnet }: SubnetRecord,
  call: Call
): SecurityGroupRecord[] {
  const { region, account } = call
  const named = (names ?? []).map(name => findByName(name, call))
  const isOwn = ({ ownerId }: SecurityGroupRecord) => ownerId === account
  const given = [...(ids?.length ? select('securityGroup', ids, region.securityGroups, isOwn) : []), ...named]
  const foreign = given.find(({ group }) => group.VpcId !== subnet.VpcId)
  if (foreign) {
    const pair = `Security group ${foreign.group.GroupId} and subnet ${subnet.SubnetId}`
    throw new ServiceError('InvalidParameter', `${pair} belong to different networks.`)
  }
  if (given.length > 0) return given
  const ofVpc = [...region.securityGroups.values()].filter(({ group }) => group.VpcId === subnet.VpcId)
  return ofVpc.filter(({ group }) => group.GroupName === 'default')
}
