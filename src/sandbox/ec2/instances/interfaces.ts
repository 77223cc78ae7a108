import { randomInt } from 'node:crypto'
import type { InstanceNetworkInterface } from '@aws-sdk/client-ec2'
import type { Call } from '../../handler.ts'
import { newId } from '../../world/ids.ts'
import type { InstanceRecord, NetworkInterfaceRecord, SubnetRecord } from '../../world/records.ts'
import type { Region } from '../../world/region.ts'
import { addressIn, parseCidr } from '../cidr.ts'
import type { PlannedInterface } from './launch-network.ts'

const FIRST_FREE_ADDRESS = 4

/** Makes a network interface of an instance, as the instance shows it and as a resource of its own. */
export function makeInterface(
  planned: PlannedInterface,
  instanceId: string,
  tags: ReadonlyMap<string, string>,
  { region, account, now }: Call
): InstanceNetworkInterface {
  const { subnet, groups, deviceIndex, deleteOnTermination } = planned
  const NetworkInterfaceId = newId('eni')
  const PrivateIpAddress = takeAddress(subnet)
  const PrivateDnsName = `ip-${PrivateIpAddress.replaceAll('.', '-')}.${internalDomain(region)}`
  const shared = {
    NetworkInterfaceId,
    OwnerId: account,
    Description: planned.description,
    InterfaceType: 'interface' as const,
    MacAddress: `02:${[0, 0, 0, 0, 0].map(() => randomInt(256).toString(16).padStart(2, '0')).join(':')}`,
    PrivateIpAddress,
    PrivateDnsName,
    SourceDestCheck: true,
    Status: 'in-use' as const,
    SubnetId: subnet.subnet.SubnetId,
    VpcId: subnet.subnet.VpcId,
    Groups: groups.map(({ group }) => ({ GroupId: group.GroupId, GroupName: group.GroupName })),
    PrivateIpAddresses: [{ Primary: true, PrivateIpAddress, PrivateDnsName }],
    Ipv6Addresses: []
  }
  const attachment = {
    AttachmentId: newId('eni-attach'),
    AttachTime: now,
    DeleteOnTermination: deleteOnTermination,
    DeviceIndex: deviceIndex,
    NetworkCardIndex: 0,
    Status: 'attached' as const
  }
  region.networkInterfaces.set(NetworkInterfaceId, {
    ownerId: account,
    tags: new Map(tags),
    networkInterface: {
      ...shared,
      AvailabilityZone: subnet.subnet.AvailabilityZone,
      RequesterManaged: false,
      Attachment: { ...attachment, InstanceId: instanceId, InstanceOwnerId: account }
    }
  })
  return { ...shared, Attachment: attachment }
}

/** Ends what a terminated instance had of the network; an interface that outlives it is available again. */
export function releaseInterfaces({ instance }: InstanceRecord, region: Region): void {
  for (const { NetworkInterfaceId: id = '', Attachment: attachment } of instance.NetworkInterfaces ?? []) {
    const record = region.networkInterfaces.get(id)
    if (!record) continue
    if (attachment?.DeleteOnTermination) deleteInterface(record, region)
    else Object.assign(record.networkInterface, { Status: 'available', Attachment: undefined })
  }
}

function deleteInterface({ networkInterface }: NetworkInterfaceRecord, region: Region): void {
  const subnet = region.subnets.get(networkInterface.SubnetId ?? '')
  region.networkInterfaces.delete(networkInterface.NetworkInterfaceId)
  if (!subnet?.addresses.delete(networkInterface.PrivateIpAddress ?? '')) return
  subnet.subnet.AvailableIpAddressCount = (subnet.subnet.AvailableIpAddressCount ?? 0) + 1
}

function takeAddress({ subnet, addresses }: SubnetRecord): string {
  const block = parseCidr(subnet.CidrBlock ?? '')
  if (!block) throw new Error(`${subnet.SubnetId} has no CIDR block`)
  let place = FIRST_FREE_ADDRESS
  while (addresses.has(addressIn(block, place))) place++
  const address = addressIn(block, place)
  addresses.add(address)
  subnet.AvailableIpAddressCount = (subnet.AvailableIpAddressCount ?? 0) - 1
  return address
}

/** Gives a running instance a public address (of a range that is nobody's); it changes with each start. */
export function givePublicAddress({ instance }: InstanceRecord, region: Region): void {
  const address = `203.0.113.${randomInt(1, 255)}`
  const domain = region.name === 'us-east-1' ? 'compute-1' : `${region.name}.compute`
  instance.PublicIpAddress = address
  instance.PublicDnsName = `ec2-${address.replaceAll('.', '-')}.${domain}.amazonaws.com`
  const [primary] = instance.NetworkInterfaces ?? []
  if (!primary) return
  primary.Association = { IpOwnerId: 'amazon', PublicIp: address, PublicDnsName: instance.PublicDnsName }
}

/** Takes an instance its public address, as EC2 does whenever it stops. */
export function takePublicAddress({ instance }: InstanceRecord): void {
  instance.PublicIpAddress = undefined
  instance.PublicDnsName = ''
  const [primary] = instance.NetworkInterfaces ?? []
  if (primary) primary.Association = undefined
}

const internalDomain = ({ name }: Region): string =>
  name === 'us-east-1' ? 'ec2.internal' : `${name}.compute.internal`
