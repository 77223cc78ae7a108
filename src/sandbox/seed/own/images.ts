import type { BlockDeviceMapping } from '@aws-sdk/client-ec2'
import { ServiceError } from '../../errors.ts'
import { baseSystem } from '../../guests/windows/system.ts'
import type { Call } from '../../handler.ts'
import { newId } from '../../world/ids.ts'
import { numbered, type SeedImages } from './request.ts'

const DAY_MS = 86_400_000
const ROOT = '/dev/xvda'

/** Adds images of the account's own, with their snapshots, as if they had been made long ago. Result: their ids. */
export function addImages(seed: SeedImages, call: Call): string[] {
  const names = new Set([...call.region.images.values()].filter(isOwn(call)).map(({ image }) => image.Name))
  return Array.from({ length: seed.count }, (_, i) => {
    const image = numbered(seed.Image, i + 1)
    if (!image.Name || names.has(image.Name)) {
      throw new ServiceError('Seed', `images: a Name of its own is needed for each, such as web-{n}, not ${image.Name}`)
    }
    names.add(image.Name)
    return addImage(seed, image, new Date(call.now.getTime() - (seed.ageDays + i * seed.stepDays) * DAY_MS), call)
  })
}

const isOwn =
  ({ account }: Call) =>
  ({ ownerId }: { ownerId: string }): boolean =>
    ownerId === account

function addImage(seed: SeedImages, given: SeedImages['Image'], made: Date, call: Call): string {
  const { region, account } = call
  const ImageId = given.ImageId ?? newId('ami')
  region.images.set(ImageId, {
    ownerId: account,
    tags: new Map(Object.entries(seed.tags)),
    launchPermissions: [...seed.launchPermissions],
    image: {
      OwnerId: account,
      ImageLocation: `${account}/${given.Name}`,
      ImageType: 'machine',
      State: 'available',
      Public: seed.launchPermissions.some(({ Group }) => Group === 'all'),
      CreationDate: made.toISOString(),
      Architecture: 'x86_64',
      PlatformDetails: 'Linux/UNIX',
      UsageOperation: 'RunInstances',
      Hypervisor: 'xen',
      VirtualizationType: 'hvm',
      EnaSupport: true,
      SriovNetSupport: 'simple',
      ImdsSupport: 'v2.0',
      RootDeviceType: 'ebs',
      RootDeviceName: ROOT,
      BlockDeviceMappings: seed.volumeSizes.map((sizeGiB, i) => addVolume(seed, ImageId, sizeGiB, i, made, call)),
      ...given,
      ImageId
    }
  })
  return ImageId
}

function addVolume(
  seed: SeedImages,
  imageId: string,
  VolumeSize: number,
  index: number,
  made: Date,
  { region, account }: Call
): BlockDeviceMapping {
  const SnapshotId = newId('snap')
  const { kmsKeyId } = seed
  const windows = seed.Image.Platform?.toLowerCase() === 'windows'
  region.snapshots.set(SnapshotId, {
    ownerId: account,
    tags: new Map(Object.entries(seed.snapshotTags)),
    layers: index === 0 && !windows ? ['base:host'] : [],
    ...(index === 0 && windows && { windows: baseSystem(seed.Image.Name ?? '') }),
    snapshot: {
      SnapshotId,
      OwnerId: account,
      Description: `Created by CreateImage(${newId('i')}) for ${imageId}`,
      VolumeId: newId('vol'),
      VolumeSize,
      StartTime: made,
      CompletionTime: made,
      State: 'completed',
      Progress: '100%',
      Encrypted: kmsKeyId !== undefined,
      KmsKeyId: kmsKeyId,
      StorageTier: 'standard'
    }
  })
  const DeviceName = index === 0 ? ROOT : `/dev/sd${String.fromCharCode('e'.charCodeAt(0) + index)}`
  const Encrypted = kmsKeyId !== undefined
  return { DeviceName, Ebs: { SnapshotId, VolumeSize, VolumeType: 'gp3', DeleteOnTermination: true, Encrypted } }
}
