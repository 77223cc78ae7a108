import type { Image, LaunchPermission, Snapshot } from '@aws-sdk/client-ec2'
import { newId } from '../../../../src/sandbox/world/ids.ts'
import type { ImageRecord } from '../../../../src/sandbox/world/records.ts'
import type { RunningSandbox } from '../../../support/sandbox.ts'
import { managedKeyId } from '../fixture.ts'

const REGION = 'us-east-1'

interface Change extends Partial<Image> {
  readonly tags?: Readonly<Record<string, string>>
  readonly launchPermissions?: LaunchPermission[]
  /** Of its root volume; an unencrypted one without it. */
  readonly snapshot?: Partial<Snapshot>
}

/** Adds an available image of this account, with a snapshot of its own, as if it had been made long ago. */
export function addImage({ world }: RunningSandbox, account: string, change: Change = {}): ImageRecord {
  const { tags = {}, launchPermissions = [], snapshot, ...image } = change
  const region = world.region(REGION, account)
  const record: ImageRecord = {
    ownerId: account,
    tags: new Map(Object.entries(tags)),
    launchPermissions,
    image: {
      ImageId: newId('ami'),
      OwnerId: account,
      Name: 'own',
      State: 'available',
      Public: launchPermissions.some(({ Group: group }) => group === 'all'),
      CreationDate: world.clock.now().toISOString(),
      Architecture: 'x86_64',
      RootDeviceType: 'ebs',
      RootDeviceName: '/dev/xvda',
      BlockDeviceMappings: [
        { DeviceName: '/dev/xvda', Ebs: { SnapshotId: addSnapshot({ world }, account, snapshot), VolumeSize: 8 } }
      ],
      ...image
    } as ImageRecord['image']
  }
  region.images.set(record.image.ImageId, record)
  return record
}

/** Adds a completed snapshot of this account. */
export function addSnapshot(
  { world }: Pick<RunningSandbox, 'world'>,
  account: string,
  change: Partial<Snapshot> = {}
): string {
  const SnapshotId = newId('snap')
  world.region(REGION, account).snapshots.set(SnapshotId, {
    ownerId: account,
    tags: new Map(),
    layers: [],
    snapshot: {
      OwnerId: account,
      StartTime: world.clock.now(),
      State: 'completed',
      VolumeSize: 8,
      Encrypted: false,
      ...change,
      SnapshotId
    }
  })
  return SnapshotId
}

/** What EBS says of a volume that is encrypted with the account's AWS-managed key. */
export const managedEncryption = (account: string): Partial<Snapshot> => ({
  Encrypted: true,
  KmsKeyId: `arn:aws:kms:${REGION}:${account}:key/${managedKeyId(account)}`
})

export const ownEncryption = (account: string): Partial<Snapshot> => ({
  Encrypted: true,
  KmsKeyId: `arn:aws:kms:${REGION}:${account}:key/00000000-0000-4000-8000-000000000009`
})
