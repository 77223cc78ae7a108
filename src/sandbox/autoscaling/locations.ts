import type { RunInstancesRequest } from '@aws-sdk/client-ec2'
import { defaultVpcOf } from '../ec2/make-network.ts'
import type { Call } from '../handler.ts'
import { validationError } from './errors.ts'
import type { GroupRecord } from './records.ts'

/** Where a group can launch: a subnet, and its zone. */
export interface Location {
  readonly zone: string
  readonly subnetId: string
}

interface Where {
  readonly VPCZoneIdentifier?: string | undefined
  readonly AvailabilityZones?: readonly string[] | undefined
}

/**
 * The subnets of a group: those it names, else the default VPC's in its zones.
 * Errors: ValidationError for what is not there.
 */
export function locationsOf(
  { VPCZoneIdentifier: subnets = '', AvailabilityZones: zones = [] }: Where,
  call: Call
): Location[] {
  const ids = subnets.split(',').flatMap(id => id.trim() || [])
  const locations = ids.length > 0 ? ids.map(id => findSubnet(id, call)) : zones.map(zone => defaultSubnet(zone, call))
  if (locations.length === 0) throw validationError('At least one Availability Zone or VPC Subnet is required.')
  const foreign = locations.find(({ zone }) => zones.length > 0 && !zones.includes(zone))
  if (!foreign) return locations
  const sentence = 'The availability zones of the specified subnets and the Auto Scaling group do not match'
  throw validationError(sentence)
}

function findSubnet(id: string, { region, account }: Call): Location {
  const record = region.subnets.get(id)
  if (record?.ownerId !== account) throw validationError(`The subnet ID '${id.slice(0, 60)}' does not exist`)
  return { zone: record.subnet.AvailabilityZone, subnetId: id }
}

function defaultSubnet(zone: string, { region, account }: Call): Location {
  const vpc = defaultVpcOf(region, account)
  if (!vpc) throw validationError('No default VPC for this user')
  const subnet = [...region.subnets.values()].find(
    ({ subnet }) => subnet.VpcId === vpc.vpc.VpcId && subnet.DefaultForAz && subnet.AvailabilityZone === zone
  )
  if (!subnet) throw validationError(`Invalid availability zones: [${zone.slice(0, 60)}]`)
  return { zone, subnetId: subnet.subnet.SubnetId }
}

/** A launch into this subnet. What names network interfaces names the subnet there. */
export function into({ subnetId }: Location, request: RunInstancesRequest): RunInstancesRequest {
  const { NetworkInterfaces: interfaces = [] } = request
  if (interfaces.length === 0) return { ...request, SubnetId: subnetId }
  return { ...request, NetworkInterfaces: interfaces.map(each => ({ ...each, SubnetId: subnetId })) }
}

/** The locations of a group, those first in whose zone it has the fewest instances. */
export function byFewest(record: GroupRecord, call: Call): Location[] {
  const count = new Map<string, number>()
  for (const { instance } of record.members.values()) {
    if (!['Pending', 'InService'].includes(instance.LifecycleState)) continue
    count.set(instance.AvailabilityZone, (count.get(instance.AvailabilityZone) ?? 0) + 1)
  }
  const { VPCZoneIdentifier, AvailabilityZones } = record.group
  const where = VPCZoneIdentifier ? { VPCZoneIdentifier } : { AvailabilityZones }
  return locationsOf(where, call).sort((a, b) => (count.get(a.zone) ?? 0) - (count.get(b.zone) ?? 0))
}
