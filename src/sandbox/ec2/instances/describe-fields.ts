import type { FilterFields } from '../../world/filters.ts'
import type { InstanceRecord } from '../../world/records.ts'
import { zoneIdOf } from '../../world/regions.ts'
import { interfaceFields } from './interface-fields.ts'

type Fields = FilterFields<InstanceRecord>

/** What nothing here has: these filters are known, and match no instance. */
const ABSENT = [
  'affinity',
  'capacity-reservation-id',
  'host-id',
  'ipv6-address',
  'maintenance-options.auto-recovery',
  'metadata-options.http-protocol-ipv4',
  'network-performance-options.bandwidth-weighting',
  'usage-operation-update-time',
  'kernel-id',
  'outpost-arn',
  'placement-group-name',
  'placement-partition-number',
  'private-dns-name-options.enable-resource-name-dns-a-record',
  'private-dns-name-options.enable-resource-name-dns-aaaa-record',
  'private-dns-name-options.hostname-type',
  'ramdisk-id',
  'requester-id'
]

const own: Fields = {
  architecture: ({ instance }) => instance.Architecture,
  'availability-zone': ({ instance }) => instance.Placement?.AvailabilityZone,
  'availability-zone-id': ({ instance }) => zoneIdOf(instance.Placement?.AvailabilityZone ?? ''),
  'boot-mode': ({ instance }) => instance.BootMode,
  'client-token': ({ instance }) => instance.ClientToken,
  'current-instance-boot-mode': ({ instance }) => instance.CurrentInstanceBootMode,
  'dns-name': ({ instance }) => instance.PublicDnsName,
  'ebs-optimized': ({ instance }) => instance.EbsOptimized,
  'ena-support': ({ instance }) => instance.EnaSupport,
  'enclave-options.enabled': ({ instance }) => instance.EnclaveOptions?.Enabled,
  'hibernation-options.configured': ({ instance }) => instance.HibernationOptions?.Configured,
  hypervisor: ({ instance }) => instance.Hypervisor,
  'iam-instance-profile.arn': ({ instance }) => instance.IamInstanceProfile?.Arn,
  'iam-instance-profile.id': ({ instance }) => instance.IamInstanceProfile?.Id,
  'image-id': ({ instance }) => instance.ImageId,
  'instance-id': ({ instance }) => instance.InstanceId,
  'instance-lifecycle': ({ instance }) => instance.InstanceLifecycle,
  'instance-state-code': ({ instance }) => instance.State?.Code,
  'instance-state-name': ({ instance }) => instance.State?.Name,
  'instance-type': ({ instance }) => instance.InstanceType,
  'instance.group-id': ({ instance }) => instance.SecurityGroups?.map(group => group.GroupId),
  'instance.group-name': ({ instance }) => instance.SecurityGroups?.map(group => group.GroupName),
  'ip-address': ({ instance }) => instance.PublicIpAddress,
  'key-name': ({ instance }) => instance.KeyName,
  'launch-index': ({ instance }) => instance.AmiLaunchIndex,
  'launch-time': ({ instance }) => instance.LaunchTime?.toISOString(),
  'metadata-options.http-endpoint': ({ instance }) => instance.MetadataOptions?.HttpEndpoint,
  'metadata-options.http-protocol-ipv6': ({ instance }) => instance.MetadataOptions?.HttpProtocolIpv6,
  'metadata-options.http-put-response-hop-limit': ({ instance }) => instance.MetadataOptions?.HttpPutResponseHopLimit,
  'metadata-options.http-tokens': ({ instance }) => instance.MetadataOptions?.HttpTokens,
  'metadata-options.instance-metadata-tags': ({ instance }) => instance.MetadataOptions?.InstanceMetadataTags,
  'metadata-options.state': ({ instance }) => instance.MetadataOptions?.State,
  'monitoring-state': ({ instance }) => instance.Monitoring?.State,
  'operator.managed': ({ instance }) => instance.Operator?.Managed ?? false,
  'operator.principal': ({ instance }) => instance.Operator?.Principal,
  'owner-id': ({ ownerId }) => ownerId,
  platform: ({ instance }) => instance.Platform?.toLowerCase(),
  'platform-details': ({ instance }) => instance.PlatformDetails,
  'private-dns-name': ({ instance }) => instance.PrivateDnsName,
  'private-ip-address': ({ instance }) => instance.PrivateIpAddress,
  'product-code': ({ instance }) => instance.ProductCodes?.map(code => code.ProductCodeId),
  'product-code.type': ({ instance }) => instance.ProductCodes?.map(code => code.ProductCodeType),
  reason: ({ instance }) => instance.StateTransitionReason,
  'reservation-id': ({ reservationId }) => reservationId,
  'root-device-name': ({ instance }) => instance.RootDeviceName,
  'root-device-type': ({ instance }) => instance.RootDeviceType,
  'source-dest-check': ({ instance }) => instance.SourceDestCheck,
  'spot-instance-request-id': ({ instance }) => instance.SpotInstanceRequestId,
  'state-reason-code': ({ instance }) => instance.StateReason?.Code,
  'state-reason-message': ({ instance }) => instance.StateReason?.Message,
  'subnet-id': ({ instance }) => instance.SubnetId,
  tenancy: ({ instance }) => instance.Placement?.Tenancy,
  'tpm-support': ({ instance }) => instance.TpmSupport,
  'usage-operation': ({ instance }) => instance.UsageOperation,
  'virtualization-type': ({ instance }) => instance.VirtualizationType,
  'vpc-id': ({ instance }) => instance.VpcId
}

const devices: Fields = {
  'block-device-mapping.attach-time': ({ instance }) =>
    instance.BlockDeviceMappings?.map(each => each.Ebs?.AttachTime?.toISOString()),
  'block-device-mapping.delete-on-termination': ({ instance }) =>
    instance.BlockDeviceMappings?.map(each => each.Ebs?.DeleteOnTermination),
  'block-device-mapping.device-name': ({ instance }) => instance.BlockDeviceMappings?.map(each => each.DeviceName),
  'block-device-mapping.status': ({ instance }) => instance.BlockDeviceMappings?.map(each => each.Ebs?.Status),
  'block-device-mapping.volume-id': ({ instance }) => instance.BlockDeviceMappings?.map(each => each.Ebs?.VolumeId)
}

/** What the filters of DescribeInstances compare. */
export const instanceFields: Fields = {
  ...Object.fromEntries(ABSENT.map(name => [name, () => undefined])),
  ...own,
  ...devices,
  ...interfaceFields
}
