import {
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  GetEbsDefaultKmsKeyIdCommand,
  GetEbsEncryptionByDefaultCommand,
  type Image,
  type Snapshot
} from '@aws-sdk/client-ec2'
import type { KeyMetadata } from '@aws-sdk/client-kms'
import type { Aws, Clients } from '../../aws/aws.ts'
import { AmiError, throwProblems } from '../../errors.ts'
import { TAGS } from '../../image/tags.ts'
import { checkRegions } from '../check-regions.ts'
import { describeKey } from '../describe-key.ts'
import type { Place } from '../place.ts'
import { AWS_MANAGED_KEY, type DefaultEncryption, type Source, type Target } from './facts.ts'
import { askedKey, askedKeys, type CopyOrder, namesOf } from './order.ts'

/** Reads every place at once. Errors: INPUT for regions that can't be used, all in one; what a denied read says. */
export async function observeTargets(aws: Aws, order: CopyOrder, source: Source): Promise<Target[]> {
  await checkRegions(aws, order.places)
  const read = await Promise.allSettled(order.places.map(place => observeTarget(aws, order, source, place)))
  throwProblems(read.flatMap(each => (each.status === 'rejected' ? [problemOf(each.reason)] : [])))
  return read.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []))
}

function problemOf(error: unknown): AmiError {
  if (error instanceof AmiError) return error
  throw error
}

/** Of a place where every volume has a key of its own. */
const NEVER_USED: DefaultEncryption = { isOn: false, key: AWS_MANAGED_KEY }

const isKeyAskedForAll = (order: CopyOrder, { image }: Source, place: Place): boolean =>
  (image.BlockDeviceMappings ?? []).every(({ DeviceName = '', Ebs: ebs }) => !ebs || askedKey(order, place, DeviceName))

/** Reads one place: what of the image is there, and how it encrypts. */
export async function observeTarget(aws: Aws, order: CopyOrder, source: Source, place: Place): Promise<Target> {
  const clients = aws.as(place.account).in(place.region)
  const [found, byDefault] = await Promise.all([
    readImages(clients, order, source, place),
    isKeyAskedForAll(order, source, place) ? NEVER_USED : readDefault(clients)
  ])
  const asked = [...askedKeys(order, place), byDefault.key, AWS_MANAGED_KEY]
  const [snapshots, keys] = await Promise.all([readSnapshots(clients, found), readKeys(clients, asked)])
  return { place, images: found, snapshots, byDefault, keys }
}

async function readImages(clients: Clients, order: CopyOrder, source: Source, place: Place): Promise<Image[]> {
  const { region, image } = source
  const names = namesOf(order, place, { region, imageId: image.ImageId, name: image.Name ?? '' })
  const filters = [
    [{ Name: `tag:${TAGS.copiedFrom}`, Values: [`${region}/${image.ImageId}`] }],
    [{ Name: 'name', Values: names.map(name => name.replace(/[*?\\]/g, '\\$&')) }]
  ]
  const owned = { Owners: ['self'], IncludeDeprecated: true, IncludeDisabled: true }
  const answers = await Promise.all(
    filters.map(Filters => clients.ec2.send(new DescribeImagesCommand({ ...owned, Filters })))
  )
  const all = answers.flatMap(({ Images = [] }) => Images)
  return [...new Map(all.map(each => [each.ImageId, each])).values()]
}

async function readDefault({ ec2 }: Clients): Promise<DefaultEncryption> {
  const [{ EbsEncryptionByDefault: isOn = false }, { KmsKeyId: key = AWS_MANAGED_KEY }] = await Promise.all([
    ec2.send(new GetEbsEncryptionByDefaultCommand({})),
    ec2.send(new GetEbsDefaultKmsKeyIdCommand({}))
  ])
  return { isOn, key }
}

async function readSnapshots(clients: Clients, images: readonly Image[]): Promise<Map<string, Snapshot>> {
  const mappings = images.flatMap(({ BlockDeviceMappings = [] }) => BlockDeviceMappings)
  const ids = [...new Set(mappings.flatMap(({ Ebs: ebs }) => ebs?.SnapshotId ?? []))]
  if (ids.length === 0) return new Map()
  // By a filter: one that is gone meanwhile would fail the read of all.
  const Filters = [{ Name: 'snapshot-id', Values: ids }]
  const { Snapshots = [] } = await clients.ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters }))
  return new Map(Snapshots.map(snapshot => [snapshot.SnapshotId ?? '', snapshot]))
}

async function readKeys(
  clients: Clients,
  names: readonly string[]
): Promise<Map<string, KeyMetadata | AmiError | undefined>> {
  const unique = [...new Set(names)]
  const found = await Promise.all(unique.map(async name => [name, await describeKey(clients, name)] as const))
  return new Map(found)
}
