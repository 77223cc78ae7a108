import type { BlockDeviceMapping, EbsBlockDevice } from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../../errors.ts'
import type { Call } from '../../handler.ts'
import type { ImageRecord, SnapshotRecord } from '../../world/records.ts'
import { find } from '../lookup.ts'
import type { VolumeSpec } from '../make-volume.ts'
import { canUseSnapshot } from '../snapshots/access.ts'
import { completeVolume } from '../volume-rules.ts'
import { planEncryption } from './volume-encryption.ts'

/** A volume that an instance will have. */
export interface PlannedVolume {
  readonly device: string
  readonly deleteOnTermination: boolean
  readonly spec: VolumeSpec
}

const DEVICE_NAME = /^(\/dev\/)?(sd|xvd|hd)[a-z]{1,2}\d{0,2}$/

/**
 * The volumes of a launch: the image's block devices, changed and added to by the request's, as EC2 merges them.
 * Errors: InvalidBlockDeviceMapping, and what the volume type refuses.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/block-device-mapping-concepts.html
 */
export function planVolumes(
  image: ImageRecord,
  overrides: readonly BlockDeviceMapping[] | undefined,
  zone: string,
  call: Call
): PlannedVolume[] {
  checkDevices(overrides ?? [])
  const devices = new Map<string, EbsBlockDevice>()
  for (const { DeviceName: device, Ebs: ebs } of image.image.BlockDeviceMappings ?? []) {
    if (device && ebs) devices.set(device, ebs)
  }
  for (const override of overrides ?? []) applyOverride(devices, override, image.image.RootDeviceName)
  return [...devices].map(([device, ebs]) => ({
    device,
    deleteOnTermination: ebs.DeleteOnTermination ?? true,
    spec: planVolume(ebs, image, zone, call)
  }))
}

function checkDevices(overrides: readonly BlockDeviceMapping[]): void {
  const names = overrides.map(({ DeviceName: name }) => name)
  for (const name of names) {
    if (!name) throw missingParameter('BlockDeviceMapping.DeviceName')
    if (!DEVICE_NAME.test(name)) throw refuse(`Invalid device name ${name.slice(0, 60)}`)
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice) throw refuse(`The device '${twice}' is used in more than one block-device mapping`)
}

function applyOverride(devices: Map<string, EbsBlockDevice>, override: BlockDeviceMapping, root?: string): void {
  const { DeviceName: device = '', NoDevice, VirtualName, Ebs: ebs = {} } = override
  if (NoDevice !== undefined) {
    if (device === root) throw refuse(`The root device '${device}' cannot be left out`)
    devices.delete(device)
    return
  }
  if (VirtualName !== undefined) return
  const ofImage = devices.get(device)
  if (device === root && ebs.SnapshotId && ebs.SnapshotId !== ofImage?.SnapshotId) {
    throw refuse('snapshotId cannot be modified on root device')
  }
  devices.set(device, merge(ofImage ?? {}, ebs))
}

/** What the image says of IOPS and throughput belongs to the image's volume type. */
function merge(ofImage: EbsBlockDevice, override: EbsBlockDevice): EbsBlockDevice {
  const sameType = !override.VolumeType || override.VolumeType === ofImage.VolumeType
  const { Iops, Throughput, ...rest } = ofImage
  return { ...rest, ...(sameType && { Iops, Throughput }), ...override }
}

function planVolume(ebs: EbsBlockDevice, image: ImageRecord, zone: string, call: Call): VolumeSpec {
  const snapshot = snapshotFor(ebs.SnapshotId, image, call)
  const least = snapshot?.snapshot.VolumeSize
  const sizeGiB = ebs.VolumeSize ?? least
  if (sizeGiB === undefined) throw missingParameter('size or snapshotId')
  if (least !== undefined && sizeGiB < least) {
    const found = `Volume of size ${sizeGiB}GB is smaller than snapshot '${ebs.SnapshotId}'`
    throw refuse(`${found}, expect size >= ${least}GB`)
  }
  const { VolumeType: type = 'gp2', Iops: iops, Throughput: throughput } = ebs
  return {
    ...completeVolume({ sizeGiB, type, iops, throughput }),
    ...planEncryption(ebs, snapshot, call),
    zone,
    snapshotId: ebs.SnapshotId,
    initializationRate: ebs.VolumeInitializationRate
  }
}

/** Who may launch an image may use its snapshots; others only the owner, and whom they are shared with. */
function snapshotFor(id: string | undefined, image: ImageRecord, call: Call): SnapshotRecord | undefined {
  if (!id) return undefined
  return find('snapshot', id, call.region.snapshots, record => canUseSnapshot(record, call) || isOfImage(id, image))
}

const isOfImage = (id: string, { image }: ImageRecord): boolean =>
  image.BlockDeviceMappings?.some(({ Ebs: ebs }) => ebs?.SnapshotId === id) ?? false

const refuse = (sentence: string): ServiceError => new ServiceError('InvalidBlockDeviceMapping', sentence)
