import type { Image, Snapshot } from '@aws-sdk/client-ec2'
import type { KeyMetadata } from '@aws-sdk/client-kms'
import type { Source, Target } from '../../../src/commands/copy/facts.ts'
import type { CopyOrder } from '../../../src/commands/copy/order.ts'

export const HOME = 'us-east-1'
export const OWNER = '111122223333'

export const arnOf = (region: string, id: string): string => `arn:aws:kms:${region}:${OWNER}:key/${id}`

const keyOf = (region: string, id: string, manager: 'AWS' | 'CUSTOMER' = 'CUSTOMER'): KeyMetadata => ({
  KeyId: id,
  Arn: arnOf(region, id),
  KeyState: 'Enabled',
  KeySpec: 'SYMMETRIC_DEFAULT',
  KeyManager: manager
})

/** By device: the key that a volume is encrypted with, or none. */
export type Volumes = Readonly<Record<string, string | undefined>>

const mappings = (volumes: Volumes, prefix: string): Image['BlockDeviceMappings'] =>
  Object.keys(volumes).map((DeviceName, i) => ({ DeviceName, Ebs: { SnapshotId: `${prefix}-${i}`, VolumeSize: 8 } }))

export const snapshotsOf = (volumes: Volumes, prefix: string): Map<string, Snapshot> =>
  new Map(
    Object.values(volumes).map((key, i) => {
      const SnapshotId = `${prefix}-${i}`
      return [SnapshotId, { SnapshotId, Encrypted: key !== undefined, ...(key && { KmsKeyId: key }) }]
    })
  )

/** An image of the account's own in its home region. */
export function source(
  volumes: Volumes = { '/dev/xvda': undefined },
  more: Omit<Partial<Image>, 'ImageId'> = {}
): Source {
  const image = {
    ImageId: 'ami-source',
    Name: 'web-1',
    State: 'available' as const,
    OwnerId: OWNER,
    RootDeviceType: 'ebs' as const,
    BlockDeviceMappings: mappings(volumes, 'snap-source') ?? [],
    ...more
  }
  const arns = Object.values(volumes).flatMap(arn => arn ?? [])
  const keys = arns.map((arn): [string, KeyMetadata] => [
    arn,
    { ...keyOf(HOME, arn.split('/')[1] ?? '', arn.endsWith('/aws') ? 'AWS' : 'CUSTOMER') }
  ])
  return { region: HOME, image, isOwn: true, snapshots: snapshotsOf(volumes, 'snap-source'), keys: new Map(keys) }
}

/** A place with the keys alias/root and alias/data of its own, and nothing of the image. */
export function target(region = 'eu-west-1', more: Partial<Target> = {}): Target {
  const keys = new Map<string, KeyMetadata>([
    ['alias/aws/ebs', keyOf(region, 'aws', 'AWS')],
    ['alias/root', keyOf(region, 'root')],
    ['alias/data', keyOf(region, 'data')]
  ])
  return {
    place: { region },
    images: [],
    snapshots: new Map(),
    byDefault: { isOn: false, key: 'alias/aws/ebs' },
    keys,
    ...more
  }
}

export const order = (more: Partial<CopyOrder> = {}): CopyOrder => ({
  kind: 'copy',
  run: 'run-1',
  places: [{ region: 'eu-west-1' }],
  keys: {},
  tags: {},
  ...more
})

/** A copy of the source as EC2 shows it, with these keys. */
export function copyOf(
  volumes: Volumes,
  more: Partial<Image> = {},
  tags: Readonly<Record<string, string>> = {}
): Image {
  const all = { 'ami-action:copied-from': `${HOME}/ami-source`, 'ami-action:self': 'ami-copy', ...tags }
  return {
    ImageId: 'ami-copy',
    Name: 'web-1',
    State: 'available',
    BlockDeviceMappings: mappings(volumes, 'snap-copy') ?? [],
    Tags: Object.entries(all)
      .filter(([, Value]) => Value !== '')
      .map(([Key, Value]) => ({ Key, Value })),
    ...more
  }
}
