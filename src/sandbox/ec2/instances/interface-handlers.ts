import type { DescribeNetworkInterfacesRequest, DescribeNetworkInterfacesResult } from '@aws-sdk/client-ec2'
import type { Handler, Handlers } from '../../handler.ts'
import { compileFilters } from '../../world/filters.ts'
import { paginate } from '../../world/pages.ts'
import type { NetworkInterfaceRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { select } from '../lookup.ts'
import { tagSet } from '../tags.ts'

/**
 * Lists the network interfaces of instances.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html
 */
const describeNetworkInterfaces: Handler<DescribeNetworkInterfacesRequest, DescribeNetworkInterfacesResult> = (
  input,
  { region, account }
) => {
  const passes = compileFilters<NetworkInterfaceRecord>(input.Filters, {
    'addresses.private-ip-address': ({ networkInterface }) => networkInterface.PrivateIpAddress,
    'association.public-ip': ({ networkInterface }) => networkInterface.Association?.PublicIp,
    'attachment.attachment-id': ({ networkInterface }) => networkInterface.Attachment?.AttachmentId,
    'attachment.delete-on-termination': ({ networkInterface }) => networkInterface.Attachment?.DeleteOnTermination,
    'attachment.device-index': ({ networkInterface }) => networkInterface.Attachment?.DeviceIndex,
    'attachment.status': ({ networkInterface }) => networkInterface.Attachment?.Status,
    description: ({ networkInterface }) => networkInterface.Description,
    'interface-type': ({ networkInterface }) => networkInterface.InterfaceType,
    'mac-address': ({ networkInterface }) => networkInterface.MacAddress,
    'private-dns-name': ({ networkInterface }) => networkInterface.PrivateDnsName,
    'requester-managed': ({ networkInterface }) => networkInterface.RequesterManaged,
    'source-dest-check': ({ networkInterface }) => networkInterface.SourceDestCheck,
    'network-interface-id': ({ networkInterface }) => networkInterface.NetworkInterfaceId,
    'attachment.instance-id': ({ networkInterface }) => networkInterface.Attachment?.InstanceId,
    'availability-zone': ({ networkInterface }) => networkInterface.AvailabilityZone,
    'group-id': ({ networkInterface }) => networkInterface.Groups?.map(group => group.GroupId),
    'owner-id': ({ ownerId }) => ownerId,
    'private-ip-address': ({ networkInterface }) => networkInterface.PrivateIpAddress,
    status: ({ networkInterface }) => networkInterface.Status,
    'subnet-id': ({ networkInterface }) => networkInterface.SubnetId,
    'vpc-id': ({ networkInterface }) => networkInterface.VpcId
  })
  const isOwn = ({ ownerId }: NetworkInterfaceRecord) => ownerId === account
  const found = select('networkInterface', input.NetworkInterfaceIds, region.networkInterfaces, isOwn).filter(passes)
  stopDryRun(input)
  const { page, ...rest } = paginate(found, input, { min: 5, max: 1000 })
  return {
    NetworkInterfaces: page.map(record => ({ ...record.networkInterface, TagSet: tagSet(record, account) ?? [] })),
    ...rest
  }
}

export const interfaceHandlers = { DescribeNetworkInterfaces: describeNetworkInterfaces } satisfies Handlers
