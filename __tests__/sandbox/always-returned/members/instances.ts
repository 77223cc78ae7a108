import { membersOf } from '../documents.ts'

const INTERFACE = `{
  NetworkInterfaceId,OwnerId,VpcId,SubnetId,Status,Description,MacAddress,InterfaceType,SourceDestCheck,
  PrivateIpAddress,PrivateDnsName,Ipv6Addresses[],Groups[].{GroupId,GroupName},
  PrivateIpAddresses[].{Primary,PrivateIpAddress,PrivateDnsName},
  Attachment.{AttachmentId,AttachTime,DeleteOnTermination,DeviceIndex,Status}
}`
const INSTANCE = `{
  InstanceId,ImageId,InstanceType,LaunchTime,State.{Code,Name},StateTransitionReason,AmiLaunchIndex,ClientToken,
  Architecture,Hypervisor,VirtualizationType,RootDeviceName,RootDeviceType,EbsOptimized,ProductCodes[],
  Placement.{AvailabilityZone,GroupName,Tenancy},Monitoring.State,SubnetId,VpcId,SourceDestCheck,
  PrivateIpAddress,PrivateDnsName,PublicDnsName,SecurityGroups[].{GroupId,GroupName},
  CpuOptions.{CoreCount,ThreadsPerCore},CapacityReservationSpecification.CapacityReservationPreference,
  MetadataOptions.{State,HttpTokens,HttpPutResponseHopLimit,HttpEndpoint},
  BlockDeviceMappings[],NetworkInterfaces[].${INTERFACE}
}`
const CHANGES = '{InstanceId,CurrentState.{Code,Name},PreviousState.{Code,Name}}'

/** Also read by the waiters `instance_running`, `instance_stopped` and `instance_status_ok` of the AWS SDKs. */
export const instanceMembers = membersOf('ec2', [
  ['RunInstances', 'example', 'ReservationId,OwnerId,Groups[]', `Instances[].${INSTANCE}`, 'Instances[].StateReason'],
  [
    'DescribeInstances',
    'example',
    'Reservations[].{ReservationId,OwnerId,Groups[]}',
    `Reservations[].Instances[].${INSTANCE}`,
    'Reservations[].Instances[].{EnaSupport,PlatformDetails,UsageOperation,UsageOperationUpdateTime}',
    'Reservations[].Instances[].{EnclaveOptions.Enabled,HibernationOptions.Configured,MaintenanceOptions.AutoRecovery}',
    'Reservations[].Instances[].MetadataOptions.{HttpProtocolIpv6,InstanceMetadataTags}',
    'Reservations[].Instances[].PrivateDnsNameOptions.HostnameType',
    'Reservations[].Instances[].BlockDeviceMappings[].DeviceName',
    'Reservations[].Instances[].BlockDeviceMappings[].Ebs.{VolumeId,Status,AttachTime,DeleteOnTermination}'
  ],
  [
    'DescribeInstanceStatus',
    'example',
    'InstanceStatuses[].{InstanceId,AvailabilityZone,InstanceState.{Code,Name}}',
    'InstanceStatuses[].InstanceStatus.{Status,Details[].{Name,Status}}',
    'InstanceStatuses[].SystemStatus.{Status,Details[].{Name,Status}}'
  ],
  ['DescribeInstanceAttribute', 'example', 'InstanceId'],
  ['StartInstances', 'example', `StartingInstances[].${CHANGES}`],
  ['StopInstances', 'example', `StoppingInstances[].${CHANGES}`],
  ['TerminateInstances', 'example', `TerminatingInstances[].${CHANGES}`],
  ['GetConsoleOutput', 'example', '{InstanceId,Timestamp}'],
  ['GetPasswordData', 'example', '{InstanceId,PasswordData,Timestamp}'],
  [
    'ModifyInstanceMetadataOptions',
    'example',
    'InstanceId,InstanceMetadataOptions.{State,HttpTokens,HttpPutResponseHopLimit,HttpEndpoint}'
  ],
  ['GetInstanceMetadataDefaults', 'reference', 'AccountLevel'],
  ['ModifyInstanceMetadataDefaults', 'reference', 'Return'],
  [
    'DescribeNetworkInterfaces',
    'example',
    'NetworkInterfaces[].{NetworkInterfaceId,OwnerId,AvailabilityZone,VpcId,SubnetId,Status,Description,MacAddress}',
    'NetworkInterfaces[].{PrivateIpAddress,PrivateIpAddresses[].{Primary,PrivateIpAddress},Ipv6Addresses[]}',
    'NetworkInterfaces[].{Groups[].{GroupId,GroupName},RequesterManaged,SourceDestCheck,TagSet[]}'
  ],
  ['DescribeInstanceTypeOfferings', 'example', 'InstanceTypeOfferings[].{InstanceType,LocationType,Location}'],
  [
    'DescribeInstanceTypes',
    'example',
    'InstanceTypes[].{InstanceType,CurrentGeneration,FreeTierEligible,BareMetal,Hypervisor,InstanceStorageSupported}',
    'InstanceTypes[].{HibernationSupported,BurstablePerformanceSupported,DedicatedHostsSupported,AutoRecoverySupported}',
    'InstanceTypes[].{SupportedUsageClasses[],SupportedRootDeviceTypes[],MemoryInfo.SizeInMiB}',
    'InstanceTypes[].{ProcessorInfo.SupportedArchitectures[],PlacementGroupInfo.SupportedStrategies[]}',
    'InstanceTypes[].VCpuInfo.{DefaultVCpus,DefaultCores,DefaultThreadsPerCore}',
    'InstanceTypes[].EbsInfo.{EbsOptimizedSupport,EncryptionSupport}',
    'InstanceTypes[].NetworkInfo.{NetworkPerformance,MaximumNetworkInterfaces,Ipv4AddressesPerInterface}',
    'InstanceTypes[].NetworkInfo.{Ipv6AddressesPerInterface,Ipv6Supported,EnaSupport}'
  ]
])
