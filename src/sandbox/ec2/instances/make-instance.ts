import type { CpuOptionsRequest, Instance, InstanceBlockDeviceMapping } from '@aws-sdk/client-ec2'
import type { Call } from '../../handler.ts'
import { newId } from '../../world/ids.ts'
import type { InstanceRecord } from '../../world/records.ts'
import { noteLaunch } from '../images/last-launch.ts'
import type { InstanceTypeFacts } from '../instance-types.ts'
import { templateTags } from '../launch-templates/launch-request.ts'
import { makeVolume } from '../make-volume.ts'
import type { PlannedVolume } from './block-devices.ts'
import { makeInterface } from './interfaces.ts'
import type { LaunchPlan } from './plan-launch.ts'
import { STATE_CODES } from './states.ts'

/** Makes the records of one instance of a launch, with its volumes and interfaces; it is pending. */
export function makeInstance(
  plan: LaunchPlan,
  launch: { readonly reservationId: string; readonly index: number; readonly spotRequestId?: string | undefined },
  call: Call
): InstanceRecord {
  const InstanceId = newId('i')
  const input = plan.request
  const record: InstanceRecord = {
    ownerId: call.account,
    tags: new Map([...plan.tags.instance, ...templateTags(input)]),
    reservationId: launch.reservationId,
    userData: plan.userData,
    publicKey: plan.keyPair?.PublicKey,
    shutdownBehavior: input.InstanceInitiatedShutdownBehavior ?? 'stop',
    disableApiTermination: input.DisableApiTermination ?? false,
    disableApiStop: input.DisableApiStop ?? false,
    publicIp: plan.interfaces[0]?.publicIp ?? false,
    console: '',
    health: 'initializing',
    boots: 0,
    instance: {
      ...ofImage(plan),
      ...ofType(plan.type, input.CpuOptions),
      ...ofRequest(input),
      ...(launch.spotRequestId && { InstanceLifecycle: 'spot', SpotInstanceRequestId: launch.spotRequestId }),
      InstanceId,
      State: { Code: STATE_CODES.pending, Name: 'pending' },
      StateReason: { Code: 'pending', Message: 'pending' },
      StateTransitionReason: '',
      AmiLaunchIndex: launch.index,
      ClientToken: input.ClientToken ?? '',
      LaunchTime: call.now,
      UsageOperationUpdateTime: call.now,
      Placement: { GroupName: '', ...input.Placement, Tenancy: input.Placement?.Tenancy ?? 'default' },
      Monitoring: { State: input.Monitoring?.Enabled ? 'enabled' : 'disabled' },
      KeyName: plan.keyPair?.KeyName,
      IamInstanceProfile: plan.profile,
      MetadataOptions: { ...plan.metadataOptions },
      EbsOptimized: input.EbsOptimized ?? false,
      EnclaveOptions: { Enabled: input.EnclaveOptions?.Enabled ?? false },
      HibernationOptions: { Configured: input.HibernationOptions?.Configured ?? false }
    }
  }
  attachInterfaces(record, plan, call)
  record.instance.BlockDeviceMappings = plan.volumes.map(volume => attachVolume(volume, plan, record, call))
  call.region.instances.set(InstanceId, record)
  if (launch.index === 0) noteLaunch(call, plan.image.image.ImageId)
  return record
}

/** What every instance shows of options that do nothing here. */
const ofRequest = (input: LaunchPlan['request']): Partial<Instance> => ({
  CapacityReservationSpecification: {
    CapacityReservationPreference: input.CapacityReservationSpecification?.CapacityReservationPreference ?? 'open'
  },
  MaintenanceOptions: { AutoRecovery: 'default', RebootMigration: 'default', ...input.MaintenanceOptions },
  PrivateDnsNameOptions: {
    HostnameType: 'ip-name',
    EnableResourceNameDnsARecord: false,
    EnableResourceNameDnsAAAARecord: false,
    ...input.PrivateDnsNameOptions
  }
})

function ofImage({ image: { image } }: LaunchPlan): Partial<Instance> {
  return {
    ImageId: image.ImageId,
    Architecture: image.Architecture,
    Platform: image.Platform,
    PlatformDetails: image.PlatformDetails,
    UsageOperation: image.UsageOperation,
    ProductCodes: image.ProductCodes ?? [],
    RootDeviceName: image.RootDeviceName,
    RootDeviceType: image.RootDeviceType,
    VirtualizationType: image.VirtualizationType ?? 'hvm',
    EnaSupport: image.EnaSupport,
    SriovNetSupport: image.SriovNetSupport,
    BootMode: image.BootMode,
    TpmSupport: image.TpmSupport
  }
}

/** EC2 answers `xen` here for Nitro as well. */
const ofType = (type: InstanceTypeFacts, cpu?: CpuOptionsRequest): Partial<Instance> => ({
  InstanceType: type.name as Exclude<Instance['InstanceType'], undefined>,
  Hypervisor: 'xen',
  CpuOptions: {
    CoreCount: cpu?.CoreCount ?? type.cores,
    ThreadsPerCore: cpu?.ThreadsPerCore ?? type.threadsPerCore
  },
  CurrentInstanceBootMode: type.architecture === 'arm64' ? 'uefi' : 'legacy-bios'
})

function attachInterfaces({ instance }: InstanceRecord, plan: LaunchPlan, call: Call): void {
  const made = plan.interfaces.map(each => makeInterface(each, instance.InstanceId, plan.tags.networkInterface, call))
  const [primary] = made
  instance.NetworkInterfaces = made
  instance.SubnetId = primary?.SubnetId
  instance.VpcId = primary?.VpcId
  instance.PrivateIpAddress = primary?.PrivateIpAddress
  instance.PrivateDnsName = primary?.PrivateDnsName
  instance.PublicDnsName = ''
  instance.SecurityGroups = primary?.Groups
  instance.SourceDestCheck = true
  Object.assign(instance.Placement ?? {}, { AvailabilityZone: plan.interfaces[0]?.subnet.subnet.AvailabilityZone })
}

function attachVolume(
  { device, spec, deleteOnTermination }: PlannedVolume,
  plan: LaunchPlan,
  { instance: { InstanceId } }: InstanceRecord,
  call: Call
): InstanceBlockDeviceMapping {
  const { volume } = makeVolume(spec, plan.tags.volume, 'in-use', call)
  const attachment = { DeleteOnTermination: deleteOnTermination, VolumeId: volume.VolumeId, AttachTime: call.now }
  volume.Attachments = [{ ...attachment, InstanceId, Device: device, State: 'attaching' }]
  return { DeviceName: device, Ebs: { ...attachment, Status: 'attaching' } }
}
