import type { BlockDeviceMapping, EbsBlockDevice } from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../../errors.ts'
import type { Call } from '../../handler.ts'
import { find } from '../lookup.ts'
import { canUseSnapshot, checkUsable } from '../snapshots/access.ts'
import { completeVolume } from '../volume-rules.ts'

/**
 * A mapping of a request as the image will have it: instance store, an empty volume, or one of a completed snapshot that
 * the caller may use, as big as that at least and as encrypted.
 * Errors: InvalidBlockDeviceMapping, IncorrectState, InvalidSnapshot.*, UnsupportedOperation, MissingParameter.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RegisterImage.html (BlockDeviceMapping.N)
 */
export function completeMapping(mapping: BlockDeviceMapping, call: Call): BlockDeviceMapping {
  const { Ebs: ebs } = mapping
  if (!ebs) return mapping
  if (ebs.OutpostArn !== undefined) throw new ServiceError('UnsupportedOperation', 'There are no Outposts here')
  return { ...mapping, Ebs: ebs.SnapshotId ? ofSnapshot(ebs.SnapshotId, ebs, call) : emptyVolume(ebs) }
}

function ofSnapshot(id: string, asked: EbsBlockDevice, call: Call): EbsBlockDevice {
  const record = find('snapshot', id, call.region.snapshots, each => canUseSnapshot(each, call))
  if (asked.Encrypted !== undefined) throw refuse('The encrypted flag cannot be specified with a snapshot')
  checkUsable(record)
  const { snapshot } = record
  const least = snapshot.VolumeSize ?? 0
  const { VolumeSize = least } = asked
  if (VolumeSize < least) {
    throw refuse(`Volume of size ${VolumeSize}GB is smaller than snapshot '${id}', expect size >= ${least}GB`)
  }
  return {
    DeleteOnTermination: true,
    ...asked,
    ...shapeOf({ ...asked, VolumeSize }),
    SnapshotId: id,
    Encrypted: snapshot.Encrypted
  }
}

function emptyVolume(asked: EbsBlockDevice): EbsBlockDevice {
  if (asked.VolumeSize === undefined) throw missingParameter('size or snapshotId')
  return { DeleteOnTermination: true, Encrypted: false, ...asked, ...shapeOf(asked) }
}

/** Refuses a mapping without a device, a device in two mappings, and no root device. */
export function checkDevices(mappings: readonly BlockDeviceMapping[], root: string | undefined): void {
  const seen = new Set<string>()
  for (const { DeviceName: device, NoDevice } of mappings) {
    if (!device) throw missingParameter('BlockDeviceMapping.DeviceName')
    const name = device.slice(0, 60)
    if (seen.has(device)) throw refuse(`The device '${name}' is used in more than one block-device mapping`)
    if (device === root && NoDevice !== undefined) throw refuse(`The root device '${name}' cannot be left out`)
    seen.add(device)
  }
}

/** A size and type that EBS has. The IOPS of gp2 follow from its size: no request may name them, so no image does. */
function shapeOf({ VolumeSize = 0, VolumeType: type = 'standard', Iops, Throughput }: EbsBlockDevice) {
  const shape = completeVolume({ sizeGiB: VolumeSize, type, iops: Iops, throughput: Throughput })
  return {
    VolumeSize,
    VolumeType: type,
    ...(type !== 'gp2' && { Iops: shape.iops, Throughput: shape.throughput })
  }
}

const refuse = (sentence: string): ServiceError => new ServiceError('InvalidBlockDeviceMapping', sentence)
