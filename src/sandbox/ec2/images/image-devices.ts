import type { BlockDeviceMapping, EbsBlockDevice } from '@aws-sdk/client-ec2'
import { ServiceError } from '../../errors.ts'
import type { Call } from '../../handler.ts'
import type { InstanceRecord } from '../../world/records.ts'
import { type AttachedVolume, volumesOf } from '../instances/volumes.ts'
import { checkDevices, completeMapping } from './mapping.ts'

/** An attached volume, and what the image's block device mapping will say of it. */
export interface ImageVolume extends AttachedVolume {
  readonly ebs: EbsBlockDevice
}

interface ImageDevices {
  /** Those that are snapshotted: all attached ones but those left out with NoDevice. */
  readonly volumes: readonly ImageVolume[]
  /** Devices that the instance does not have: empty volumes, other snapshots, instance store. */
  readonly added: readonly BlockDeviceMapping[]
}

/**
 * The block devices of an image of this instance. Of an attached volume a mapping may only change whether it is deleted
 * with its instance. Errors: InvalidBlockDeviceMapping, and what `completeMapping` refuses.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html (BlockDeviceMapping.N)
 */
export function planDevices(source: InstanceRecord, mappings: readonly BlockDeviceMapping[], call: Call): ImageDevices {
  checkDevices(mappings, source.instance.RootDeviceName)
  const asked = new Map(mappings.map(mapping => [mapping.DeviceName, mapping]))
  const attached = volumesOf({ region: call.region, record: source })
  const known = new Set<string | undefined>(attached.map(({ device }) => device))
  const isKept = (mapping: BlockDeviceMapping | undefined) => mapping?.NoDevice === undefined
  return {
    volumes: attached
      .filter(({ device }) => isKept(asked.get(device)))
      .map(volume => ({ ...volume, ebs: describeVolume(volume, asked.get(volume.device)?.Ebs) })),
    added: mappings
      .filter(mapping => isKept(mapping) && !known.has(mapping.DeviceName))
      .map(mapping => completeMapping(mapping, call))
  }
}

function describeVolume({ volume: { volume }, ...attached }: AttachedVolume, asked: EbsBlockDevice = {}) {
  const { Size: VolumeSize, VolumeType = 'gp2', Iops, Throughput, Encrypted } = volume
  const { DeleteOnTermination = attached.deleteOnTermination, ...changes } = asked
  const found: EbsBlockDevice = { VolumeSize, VolumeType, Iops, Throughput, Encrypted }
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === found[name as keyof EbsBlockDevice]) continue
    throw refuse(`${name} of ${attached.device} cannot be changed here: only DeleteOnTermination can`)
  }
  return {
    VolumeSize,
    VolumeType,
    // The IOPS of gp2 follow from its size: no request may name them, so no image does.
    ...(VolumeType !== 'gp2' && { Iops, Throughput }),
    DeleteOnTermination,
    Encrypted
  }
}

const refuse = (sentence: string): ServiceError => new ServiceError('InvalidBlockDeviceMapping', sentence)
