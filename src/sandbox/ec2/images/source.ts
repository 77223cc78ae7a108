import type { BootModeOverrideValues, CreateImageRequest, Image } from '@aws-sdk/client-ec2'
import { invalidValue, ServiceError } from '../../errors.ts'
import type { Call } from '../../handler.ts'
import type { InstanceRecord } from '../../world/records.ts'

/** Only an EBS-backed instance in rest or in full run has an image made of it. */
export function checkSource({ instance }: InstanceRecord, { SnapshotLocation: location }: CreateImageRequest): void {
  const { InstanceId: id, RootDeviceName: root } = instance
  if (location !== undefined) {
    throw new ServiceError('InvalidParameterValue', 'SnapshotLocation is for instances in Local Zones and on Outposts')
  }
  if (instance.RootDeviceType === 'instance-store') {
    throw new ServiceError('InvalidParameterValue', `Instance does not have a volume attached at root (${root}): ${id}`)
  }
  const state = instance.State?.Name
  if (state === 'running' || state === 'stopped') return
  throw new ServiceError('IncorrectState', `Instance is not in state 'running' or 'stopped': ${id} is '${state}'`)
}

/**
 * The boot mode of the image: the instance's, unless the request asks for UEFI, which the instance must have booted by.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html (BootModeOverride)
 */
export function bootModeOf({ instance }: InstanceRecord, override: BootModeOverrideValues | undefined) {
  if (override === undefined) return instance.BootMode
  if (override !== 'uefi') throw invalidValue('BootModeOverride', override, 'uefi')
  if (instance.CurrentInstanceBootMode === 'uefi') return override
  const sentence = `BootModeOverride needs an instance that has booted by UEFI: not so ${instance.InstanceId}`
  throw new ServiceError('InvalidParameterCombination', sentence)
}

/** What an image takes over from its instance, and from the image that this was launched from, if it is still there. */
export function inherit({ instance }: InstanceRecord, { region }: Call): Partial<Image> {
  const base = region.images.get(instance.ImageId ?? '')?.image
  return {
    Architecture: instance.Architecture,
    Platform: instance.Platform,
    PlatformDetails: instance.PlatformDetails ?? 'Linux/UNIX',
    UsageOperation: instance.UsageOperation ?? 'RunInstances',
    ProductCodes: instance.ProductCodes,
    VirtualizationType: 'hvm',
    EnaSupport: instance.EnaSupport ?? true,
    SriovNetSupport: 'simple',
    TpmSupport: instance.TpmSupport as Image['TpmSupport'],
    ImdsSupport: base?.ImdsSupport,
    ImageWatermarks: base?.ImageWatermarks,
    RootDeviceName: instance.RootDeviceName,
    SourceInstanceId: instance.InstanceId,
    SourceImageId: instance.ImageId,
    SourceImageRegion: region.name
  }
}
