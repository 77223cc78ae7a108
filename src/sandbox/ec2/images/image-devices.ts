import type { BlockDeviceMapping, EbsBlockDevice } from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../../errors.ts'
import type { Call } from '../../handler.ts'
import type { InstanceRecord } from '../../world/records.ts'
import { type AttachedVolume, volumesOf } from '../instances/volumes.ts'
import { completeVolume } from '../volume-rules.ts'
import { completeMapping } from './register.ts'

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
 * The block devices of an image of this instance. A mapping may give a device a larger size or another volume type,
 * not another encryption. Errors: InvalidBlockDeviceMapping, and what the volume type refuses.
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

function checkDevices(mappings: readonly BlockDeviceMapping[], root: string | undefined): void {
  const seen = new Set<string>()
  for (const { DeviceName: device, NoDevice } of mappings) {
    if (!device) throw missingParameter('BlockDeviceMapping.DeviceName')
    const name = device.slice(0, 60)
    if (seen.has(device)) throw refuse(`The device '${name}' is used in more than one block-device mapping`)
    if (device === root && NoDevice !== undefined) throw refuse(`The root device '${name}' cannot be left out`)
    seen.add(device)
  }
}

function describeVolume({ volume: { volume }, ...attached }: AttachedVolume, asked: EbsBlockDevice = {}) {
  const { Size = 0, VolumeType = 'gp2', Iops, Throughput, Encrypted } = volume
  if (asked.Encrypted !== undefined && asked.Encrypted !== Encrypted) {
    throw refuse(`The encryption of ${attached.device} cannot be changed here: copy the image instead`)
  }
  const { VolumeSize: sizeGiB = Size, VolumeType: type = VolumeType } = asked
  if (sizeGiB < Size) throw refuse(`Volume of size ${sizeGiB}GB is smaller than its snapshot, expect size >= ${Size}GB`)
  const sameType = type === VolumeType
  const iops = asked.Iops ?? (sameType && type !== 'gp2' ? Iops : undefined)
  const throughput = asked.Throughput ?? (sameType ? Throughput : undefined)
  const shape = completeVolume({ sizeGiB, type, iops, throughput })
  return {
    VolumeSize: sizeGiB,
    VolumeType: type,
    // The IOPS of gp2 follow from its size: no request may name them, so no image does.
    ...(type !== 'gp2' && { Iops: shape.iops, Throughput: shape.throughput }),
    DeleteOnTermination: asked.DeleteOnTermination ?? attached.deleteOnTermination,
    Encrypted
  }
}

const refuse = (sentence: string): ServiceError => new ServiceError('InvalidBlockDeviceMapping', sentence)
