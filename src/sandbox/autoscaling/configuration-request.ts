import type { BlockDeviceMapping } from '@aws-sdk/client-auto-scaling'
import type { BlockDeviceMapping as Ec2Mapping, RunInstancesRequest } from '@aws-sdk/client-ec2'
import type { LaunchConfigurationRecord } from './records.ts'

type Configuration = LaunchConfigurationRecord['configuration']

/**
 * What RunInstances is asked for by a launch configuration, but for where.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchConfiguration.html
 */
export function requestOfConfiguration(configuration: Configuration): RunInstancesRequest {
  const { KeyName, UserData, IamInstanceProfile: profile, PlacementTenancy, MetadataOptions, SpotPrice } = configuration
  return {
    MinCount: 1,
    MaxCount: 1,
    ImageId: configuration.ImageId,
    InstanceType: configuration.InstanceType as Exclude<RunInstancesRequest['InstanceType'], undefined>,
    ...(KeyName && { KeyName }),
    ...(UserData && { UserData }),
    ...network(configuration),
    BlockDeviceMappings: configuration.BlockDeviceMappings?.map(mappingOf),
    Monitoring: { Enabled: configuration.InstanceMonitoring?.Enabled ?? true },
    EbsOptimized: configuration.EbsOptimized ?? false,
    ...(profile && { IamInstanceProfile: profile.startsWith('arn:') ? { Arn: profile } : { Name: profile } }),
    ...(PlacementTenancy && { Placement: { Tenancy: PlacementTenancy as 'default' } }),
    ...(MetadataOptions && { MetadataOptions }),
    ...(SpotPrice && { InstanceMarketOptions: { MarketType: 'spot', SpotOptions: { MaxPrice: SpotPrice } } })
  }
}

/** Whether instances have a public address is said of their network interface, which then takes the groups as well. */
function network(configuration: Configuration): Partial<RunInstancesRequest> {
  const { AssociatePublicIpAddress, SecurityGroups: groups = [] } = configuration
  const ids = groups.filter(group => group.startsWith('sg-'))
  const names = groups.filter(group => !group.startsWith('sg-'))
  if (AssociatePublicIpAddress === undefined) {
    return { ...(ids.length > 0 && { SecurityGroupIds: ids }), ...(names.length > 0 && { SecurityGroups: names }) }
  }
  return { NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress, ...(ids.length > 0 && { Groups: ids }) }] }
}

const mappingOf = ({ DeviceName, VirtualName, NoDevice, Ebs }: BlockDeviceMapping): Ec2Mapping => ({
  DeviceName,
  ...(VirtualName && { VirtualName }),
  ...(NoDevice && { NoDevice: '' }),
  ...(Ebs && { Ebs: Ebs as Exclude<Ec2Mapping['Ebs'], undefined> })
})
