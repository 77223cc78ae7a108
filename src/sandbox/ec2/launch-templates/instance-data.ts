import type {
  GetLaunchTemplateDataRequest,
  GetLaunchTemplateDataResult,
  Instance,
  LaunchTemplateBlockDeviceMapping,
  ResponseLaunchTemplateData
} from '@aws-sdk/client-ec2'
import type { Call, Handler, Handlers } from '../../handler.ts'
import type { InstanceRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { findInstance } from '../instances/visible.ts'

/**
 * What a launch template has to say to launch an instance like this one.
 *
 * @lacks the market options of a Spot Instance
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetLaunchTemplateData.html
 */
const getTemplateData: Handler<GetLaunchTemplateDataRequest, GetLaunchTemplateDataResult> = (input, call) => {
  const record = findInstance(input.InstanceId, call)
  stopDryRun(input)
  return { LaunchTemplateData: dataOf(record, call) }
}

function dataOf(record: InstanceRecord, call: Call): ResponseLaunchTemplateData {
  const { instance, tags } = record
  const { State: _, ...MetadataOptions } = instance.MetadataOptions ?? {}
  const { AvailabilityZone, Tenancy, GroupName = '' } = instance.Placement ?? {}
  const Tags = [...tags].filter(([key]) => !key.startsWith('aws:')).map(([Key, Value]) => ({ Key, Value }))
  return {
    ImageId: instance.ImageId,
    InstanceType: instance.InstanceType,
    KeyName: instance.KeyName,
    EbsOptimized: instance.EbsOptimized,
    ...(instance.IamInstanceProfile && { IamInstanceProfile: { Arn: instance.IamInstanceProfile.Arn } }),
    Monitoring: { Enabled: instance.Monitoring?.State === 'enabled' },
    Placement: { AvailabilityZone, Tenancy, GroupName },
    BlockDeviceMappings: mappingsOf(instance, call),
    NetworkInterfaces: interfacesOf(record),
    MetadataOptions,
    UserData: record.userData,
    InstanceInitiatedShutdownBehavior: record.shutdownBehavior,
    DisableApiTermination: record.disableApiTermination,
    DisableApiStop: record.disableApiStop,
    HibernationOptions: instance.HibernationOptions,
    EnclaveOptions: instance.EnclaveOptions,
    ...(Tags.length > 0 && { TagSpecifications: [{ ResourceType: 'instance', Tags }] })
  }
}

const mappingsOf = (instance: Instance, { region }: Call): LaunchTemplateBlockDeviceMapping[] =>
  (instance.BlockDeviceMappings ?? []).map(({ DeviceName, Ebs: ebs }) => {
    const { volume } = region.volumes.get(ebs?.VolumeId ?? '') ?? {}
    const { VolumeType, Iops, Throughput, Encrypted, KmsKeyId, Size } = volume ?? {}
    return {
      DeviceName,
      Ebs: {
        DeleteOnTermination: ebs?.DeleteOnTermination,
        ...(volume?.SnapshotId && { SnapshotId: volume.SnapshotId }),
        ...{ VolumeSize: Size, VolumeType, Iops, Throughput, Encrypted, KmsKeyId }
      }
    }
  })

const interfacesOf = ({ instance, publicIp }: InstanceRecord): ResponseLaunchTemplateData['NetworkInterfaces'] =>
  (instance.NetworkInterfaces ?? []).map(({ Attachment: attachment, ...each }) => ({
    NetworkInterfaceId: each.NetworkInterfaceId,
    DeviceIndex: attachment?.DeviceIndex,
    DeleteOnTermination: attachment?.DeleteOnTermination,
    Description: each.Description ?? '',
    SubnetId: each.SubnetId,
    Groups: (each.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? []),
    PrivateIpAddress: each.PrivateIpAddress,
    PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: each.PrivateIpAddress }],
    ...(attachment?.DeviceIndex === 0 && { AssociatePublicIpAddress: publicIp })
  }))

export const instanceDataHandlers = { GetLaunchTemplateData: getTemplateData } satisfies Handlers
