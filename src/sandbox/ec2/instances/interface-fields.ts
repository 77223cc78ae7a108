import type { InstanceNetworkInterface } from '@aws-sdk/client-ec2'
import type { FilterFields } from '../../world/filters.ts'
import type { InstanceRecord } from '../../world/records.ts'

type Fields = FilterFields<InstanceRecord>

/** What no network interface here has. */
const ABSENT = [
  'addresses.association.allocation-id',
  'addresses.association.association-id',
  'addresses.association.carrier-ip',
  'addresses.association.customer-owned-ip',
  'association.allocation-id',
  'association.association-id',
  'association.carrier-ip',
  'association.customer-owned-ip',
  'deny-all-igw-traffic',
  'ipv4-prefixes.ipv4-prefix',
  'ipv6-address',
  'ipv6-addresses.ipv6-address',
  'ipv6-addresses.is-primary-ipv6',
  'ipv6-native',
  'ipv6-prefixes.ipv6-prefix',
  'operator.principal',
  'outpost-arn',
  'requester-id',
  'tag-key',
  'tag-value'
]

type InterfaceValue = string | number | boolean | undefined

const ofInterface =
  (read: (each: InstanceNetworkInterface) => InterfaceValue | InterfaceValue[]): Fields[string] =>
  ({ instance }) =>
    (instance.NetworkInterfaces ?? []).flatMap(read)

/** What the filters of DescribeInstances compare of network interfaces. */
export const interfaceFields: Fields = {
  ...Object.fromEntries(ABSENT.map(name => [`network-interface.${name}`, () => undefined])),
  'network-interface.addresses.association.ip-owner-id': ofInterface(each => each.Association?.IpOwnerId),
  'network-interface.addresses.association.public-dns-name': ofInterface(each => each.Association?.PublicDnsName),
  'network-interface.addresses.association.public-ip': ofInterface(each => each.Association?.PublicIp),
  'network-interface.addresses.private-dns-name': ofInterface(each => each.PrivateDnsName),
  'network-interface.association.ip-owner-id': ofInterface(each => each.Association?.IpOwnerId),
  'network-interface.association.public-dns-name': ofInterface(each => each.Association?.PublicDnsName),
  'network-interface.attachment.attach-time': ofInterface(each => each.Attachment?.AttachTime?.toISOString()),
  'network-interface.attachment.instance-id': ({ instance }) => instance.InstanceId,
  'network-interface.attachment.instance-owner-id': ({ ownerId }) => ownerId,
  'network-interface.attachment.network-card-index': ofInterface(each => each.Attachment?.NetworkCardIndex),
  'network-interface.availability-zone': ({ instance }) => instance.Placement?.AvailabilityZone,
  'network-interface.public-dns-name': ofInterface(each => each.Association?.PublicDnsName),
  'network-interface.operator.managed': () => false,
  'network-interface.requester-managed': () => false,
  'network-interface.addresses.primary': ofInterface(each => each.PrivateIpAddresses?.map(({ Primary }) => Primary)),
  'network-interface.addresses.private-ip-address': ofInterface(each =>
    each.PrivateIpAddresses?.map(({ PrivateIpAddress }) => PrivateIpAddress)
  ),
  'network-interface.association.public-ip': ofInterface(each => each.Association?.PublicIp),
  'network-interface.attachment.attachment-id': ofInterface(each => each.Attachment?.AttachmentId),
  'network-interface.attachment.delete-on-termination': ofInterface(each => each.Attachment?.DeleteOnTermination),
  'network-interface.attachment.device-index': ofInterface(each => each.Attachment?.DeviceIndex),
  'network-interface.attachment.status': ofInterface(each => each.Attachment?.Status),
  'network-interface.description': ofInterface(each => each.Description),
  'network-interface.group-id': ofInterface(each => each.Groups?.map(({ GroupId }) => GroupId)),
  'network-interface.group-name': ofInterface(each => each.Groups?.map(({ GroupName }) => GroupName)),
  'network-interface.mac-address': ofInterface(each => each.MacAddress),
  'network-interface.network-interface-id': ofInterface(each => each.NetworkInterfaceId),
  'network-interface.owner-id': ofInterface(each => each.OwnerId),
  'network-interface.private-dns-name': ofInterface(each => each.PrivateDnsName),
  'network-interface.private-ip-address': ofInterface(each => each.PrivateIpAddress),
  'network-interface.source-dest-check': ofInterface(each => each.SourceDestCheck),
  'network-interface.status': ofInterface(each => each.Status),
  'network-interface.subnet-id': ofInterface(each => each.SubnetId),
  'network-interface.vpc-id': ofInterface(each => each.VpcId)
}
