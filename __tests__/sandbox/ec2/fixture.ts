import type { Image } from '@aws-sdk/client-ec2'
import { makeDefaultVpc } from '../../../src/sandbox/ec2/make-network.ts'
import { seededUuid } from '../../../src/sandbox/seed/deterministic.ts'
import type { Region } from '../../../src/sandbox/world/region.ts'
import type { Seeder } from '../../../src/sandbox/world/world.ts'

const AMAZON = '137112412989'
export const WITHOUT_DEFAULT_VPC = '999999999999'

/** Images that any test may launch, or may not. */
export const IMAGES = {
  linux: 'ami-00000000000000001',
  arm: 'ami-00000000000000002',
  marketplace: 'ami-00000000000000003',
  foreign: 'ami-00000000000000004',
  disabled: 'ami-00000000000000005',
  instanceStore: 'ami-00000000000000006',
  encrypted: 'ami-00000000000000007',
  imdsV2: 'ami-00000000000000008'
} as const

export const ROOT_SNAPSHOT = 'snap-00000000000000001'
export const ENCRYPTED_SNAPSHOT = 'snap-00000000000000007'
/** Belongs to Amazon's account; its policy lets everybody use it. */
export const SNAPSHOT_KEY = '00000000-0000-0000-0000-000000000007'
const FOR_EVERYBODY = JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: '*', Action: 'kms:*' }] })

/** The id of an account's AWS-managed key. */
export const managedKeyId = (account: string): string => seededUuid(account, 'aws/ebs')

/** A region with a few images; every account but one has a default VPC and the AWS-managed key. */
export const seeder: Seeder = {
  region(region, now) {
    addKey(region, AMAZON, SNAPSHOT_KEY, FOR_EVERYBODY)
    addSnapshot(region, ROOT_SNAPSHOT, now)
    addSnapshot(region, ENCRYPTED_SNAPSHOT, now, keyArn(region, AMAZON, SNAPSHOT_KEY))
    addImage(region, { ImageId: IMAGES.linux })
    addImage(region, { ImageId: IMAGES.arm, Architecture: 'arm64' })
    const ProductCodes = [{ ProductCodeId: 'abc123', ProductCodeType: 'marketplace' as const }]
    addImage(region, { ImageId: IMAGES.marketplace, ProductCodes })
    addImage(region, { ImageId: IMAGES.foreign, Public: false })
    addImage(region, { ImageId: IMAGES.disabled, State: 'disabled' })
    addImage(region, { ImageId: IMAGES.instanceStore, RootDeviceType: 'instance-store', BlockDeviceMappings: [] })
    addImage(region, { ImageId: IMAGES.encrypted, BlockDeviceMappings: [rootOf(ENCRYPTED_SNAPSHOT)] })
    addImage(region, { ImageId: IMAGES.imdsV2, ImdsSupport: 'v2.0' })
  },
  account(region, account) {
    if (account !== WITHOUT_DEFAULT_VPC) makeDefaultVpc(region, account)
    const keyId = managedKeyId(account)
    addKey(region, account, keyId)
    Object.assign(region.keys.get(keyId)?.key ?? {}, { KeyManager: 'AWS' })
    const alias = { AliasName: 'alias/aws/ebs', TargetKeyId: keyId }
    region.aliases.set(`${account}/alias/aws/ebs`, { ownerId: account, alias })
  }
}

export const keyArn = (region: Region, account: string, id: string): string =>
  `arn:aws:kms:${region.name}:${account}:key/${id}`

/** Adds a key as KMS would; `KeyState` can be changed later. */
export function addKey(region: Region, account: string, KeyId: string, policy?: string): void {
  const key = { KeyId, Arn: keyArn(region, account, KeyId), KeyState: 'Enabled' as const }
  region.keys.set(KeyId, { ownerId: account, tags: new Map(), key, ...(policy && { policy }) })
}

function addSnapshot(region: Region, SnapshotId: string, now: Date, KmsKeyId?: string): void {
  region.snapshots.set(SnapshotId, {
    ownerId: AMAZON,
    tags: new Map(),
    layers: ['base:host', `layer:${SnapshotId}`],
    // What is encrypted cannot be shared with all.
    createVolumePermissions: KmsKeyId ? [] : [{ Group: 'all' }],
    snapshot: {
      SnapshotId,
      StartTime: now,
      State: 'completed',
      VolumeSize: 8,
      Encrypted: KmsKeyId !== undefined,
      ...(KmsKeyId && { KmsKeyId })
    }
  })
}

function addImage(region: Region, image: Partial<Image> & { ImageId: string }): void {
  region.images.set(image.ImageId, {
    ownerId: AMAZON,
    tags: new Map(),
    launchPermissions: [],
    image: {
      OwnerId: AMAZON,
      State: 'available',
      Public: true,
      Architecture: 'x86_64',
      RootDeviceType: 'ebs',
      RootDeviceName: '/dev/xvda',
      PlatformDetails: 'Linux/UNIX',
      BlockDeviceMappings: [rootOf(ROOT_SNAPSHOT)],
      ...image
    }
  })
}

const rootOf = (SnapshotId: string) => ({
  DeviceName: '/dev/xvda',
  Ebs: { SnapshotId, VolumeSize: 8, VolumeType: 'gp3' as const, DeleteOnTermination: true }
})
