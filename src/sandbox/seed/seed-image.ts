import type { BlockDeviceMapping, Image, PlatformValues } from '@aws-sdk/client-ec2'
import { baseSystem } from '../guests/windows/system.ts'
import type { Region } from '../world/region.ts'
import { baseLayer } from './base-layer.ts'
import { seededId } from './deterministic.ts'
import type { VendorImage } from './vendor-images.ts'

const DAY_MS = 86_400_000
/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-deprecate.html (public AMIs: two years) */
const PUBLIC_LIFE_DAYS = 730
/** What EC2 answers; the SDK's type has it with a capital. */
const WINDOWS = 'windows' as string as PlatformValues

/** Publishes a vendor's image in a region: image, snapshot of its root volume, public parameters. */
export function seedImage(region: Region, vendor: VendorImage, bases: ReadonlySet<string>, now: Date): void {
  const released = new Date(now.getTime() - vendor.ageDays * DAY_MS)
  const image = toImage(region, vendor, released)
  const snapshotId = vendor.instanceStore ? undefined : seededId('snap', region.name, vendor.slug)
  if (snapshotId) addSnapshot(region, vendor, snapshotId, released, bases)
  region.images.set(image.ImageId, {
    ownerId: vendor.owner.id,
    tags: new Map(),
    launchPermissions: [{ Group: 'all' }],
    image
  })
  for (const name of vendor.parameters) addParameter(region, name, image.ImageId, released)
}

function toImage(region: Region, vendor: VendorImage, released: Date): Image & { ImageId: string } {
  const { owner, windows = false, productCode } = vendor
  const Name = dated(vendor.name, released)
  return {
    ImageId: seededId('ami', region.name, vendor.slug),
    Name,
    Description: dated(vendor.description, released),
    OwnerId: owner.id,
    ...(owner.alias && { ImageOwnerAlias: owner.alias }),
    ImageLocation: `${owner.alias ?? owner.id}/${Name}${vendor.instanceStore ? '.manifest.xml' : ''}`,
    ImageType: 'machine',
    State: 'available',
    Public: true,
    CreationDate: released.toISOString(),
    DeprecationTime: new Date(released.getTime() + PUBLIC_LIFE_DAYS * DAY_MS).toISOString(),
    Architecture: vendor.architecture,
    ...(windows && { Platform: WINDOWS }),
    PlatformDetails: windows ? 'Windows' : 'Linux/UNIX',
    UsageOperation: windows ? 'RunInstances:0002' : 'RunInstances',
    ...(productCode && { ProductCodes: [{ ProductCodeId: productCode, ProductCodeType: 'marketplace' as const }] }),
    Hypervisor: 'xen',
    VirtualizationType: 'hvm',
    EnaSupport: true,
    SriovNetSupport: 'simple',
    ...bootOf(vendor),
    RootDeviceType: vendor.instanceStore ? 'instance-store' : 'ebs',
    RootDeviceName: vendor.root,
    BlockDeviceMappings: vendor.instanceStore ? [] : mappingsOf(region, vendor)
  }
}

/** Amazon Linux 2023 asks for IMDSv2, and arm64 boots by UEFI only. */
function bootOf({ family, architecture }: VendorImage): Pick<Image, 'BootMode' | 'ImdsSupport'> {
  if (family === 'al2023') return { BootMode: bootMode(architecture), ImdsSupport: 'v2.0' }
  return /^(ubuntu-24|debian)/.test(family) || architecture === 'arm64' ? { BootMode: bootMode(architecture) } : {}
}

const bootMode = (architecture: VendorImage['architecture']) => (architecture === 'arm64' ? 'uefi' : 'uefi-preferred')

function mappingsOf(region: Region, vendor: VendorImage): BlockDeviceMapping[] {
  const { root, sizeGiB, volumeType, ephemeral = [] } = vendor
  const Ebs = {
    SnapshotId: seededId('snap', region.name, vendor.slug),
    VolumeSize: sizeGiB,
    VolumeType: volumeType,
    ...(volumeType === 'gp3' && { Iops: 3000, Throughput: 125 }),
    DeleteOnTermination: true,
    Encrypted: false
  }
  return [
    { DeviceName: root, Ebs },
    ...ephemeral.map((DeviceName, i) => ({ DeviceName, VirtualName: `ephemeral${i}` }))
  ]
}

function addSnapshot(
  region: Region,
  vendor: VendorImage,
  SnapshotId: string,
  released: Date,
  bases: ReadonlySet<string>
): void {
  const { owner, sizeGiB } = vendor
  region.snapshots.set(SnapshotId, {
    ownerId: owner.id,
    tags: new Map(),
    layers: vendor.windows ? [] : [baseLayer(vendor.family, bases)],
    ...(vendor.windows && { windows: baseSystem(vendor.name) }),
    createVolumePermissions: [{ Group: 'all' }],
    snapshot: {
      SnapshotId,
      OwnerId: owner.id,
      ...(owner.alias && { OwnerAlias: owner.alias }),
      Description: dated(vendor.description, released),
      VolumeId: 'vol-ffffffff',
      VolumeSize: sizeGiB,
      StartTime: released,
      CompletionTime: released,
      State: 'completed',
      Progress: '100%',
      Encrypted: false,
      StorageTier: 'standard'
    }
  })
}

/** @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html */
function addParameter(region: Region, Name: string, Value: string, LastModifiedDate: Date): void {
  const ARN = `arn:aws:ssm:${region.name}::parameter${Name}`
  region.parameters.set(`aws/${Name}`, {
    ownerId: 'aws',
    tags: new Map(),
    parameter: { Name, Type: 'String', Value, Version: 1, LastModifiedDate, ARN, DataType: 'text' }
  })
}

function dated(text: string, released: Date): string {
  const day = released.toISOString().slice(0, 10)
  return text.replace('DATE', day.replaceAll('-', '')).replace('D.A.TE', day.replaceAll('-', '.'))
}
