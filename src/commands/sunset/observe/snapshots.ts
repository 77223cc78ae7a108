import {
  DescribeLockedSnapshotsCommand,
  type Image,
  paginateDescribeImages,
  paginateDescribeSnapshots,
  type Snapshot
} from '@aws-sdk/client-ec2'
import type { Clients } from '../../../aws/aws.ts'
import { TAGS } from '../../../image/tags.ts'
import type { ImageFacts, SnapshotFacts } from '../facts.ts'
import { collect, collectByToken, eachOf, inParts, type Reading } from '../references/source.ts'

/** EC2 takes at most so many values for one filter. */
const MAX_VALUES = 200

/** The snapshots of a family, by tag, and those of its images that do not have it. */
export async function observeSnapshots(
  clients: Clients,
  family: string,
  images: readonly ImageFacts[]
): Promise<SnapshotFacts[]> {
  const [tagged, locked] = await Promise.all([
    readSnapshots(clients, `tag:${TAGS.family}`, [family]),
    readLocked(clients)
  ])
  const known = new Set(tagged.map(({ SnapshotId: id }) => id))
  const others = images.flatMap(({ snapshotIds }) => snapshotIds).filter(id => !known.has(id))
  const more = await eachOf(inParts(others, MAX_VALUES), ids => readSnapshots(clients, 'snapshot-id', ids))
  return [...tagged, ...more.flat()].map(snapshot => toFacts(snapshot, locked))
}

const readSnapshots = ({ ec2 }: Clients, name: string, values: string[]): Promise<Snapshot[]> => {
  const request = { OwnerIds: ['self'], Filters: [{ Name: name, Values: values }] }
  return collect(paginateDescribeSnapshots({ client: ec2, pageSize: 1000 }, request), page => page.Snapshots)
}

const LOCKED = new Set(['compliance', 'compliance-cooloff', 'governance'])

async function readLocked({ ec2 }: Clients): Promise<ReadonlySet<string>> {
  const ask = (token: object) => ec2.send(new DescribeLockedSnapshotsCommand({ MaxResults: 200, ...token }))
  const found = await collectByToken(ask, page => page.Snapshots)
  return new Set(found.flatMap(({ SnapshotId: id, LockState: state = '' }) => (id && LOCKED.has(state) ? [id] : [])))
}

/** @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-creating-snapshot.html (descriptions that EC2 gives) */
const FOR_IMAGE = /^(?:Created by CreateImage\(i-\w+\) for|Copied for DestinationAmi) (ami-\w+)/

function toFacts(snapshot: Snapshot, locked: ReadonlySet<string>): SnapshotFacts {
  const { SnapshotId: snapshotId = '', Tags: list = [], Description: description = '', StartTime: startedAt } = snapshot
  const tags = Object.fromEntries(list.map(({ Key = '', Value = '' }) => [Key, Value]))
  const imageId = tags[TAGS.imageId] ?? FOR_IMAGE.exec(description)?.[1]
  return {
    snapshotId,
    tags,
    sizeBytes: snapshot.FullSnapshotSizeInBytes ?? (snapshot.VolumeSize ?? 0) * 2 ** 30,
    isLocked: locked.has(snapshotId),
    ...(startedAt && { startedAt }),
    ...(imageId && { imageId })
  }
}

/**
 * Of the snapshots that no image of the family stands on: those that another image of the account's, in whatever state, or a
 * launch template does. As a rule there are none to look for.
 */
export async function observeUsedSnapshots(
  clients: Clients,
  liveVersions: Reading['liveVersions'],
  images: readonly ImageFacts[],
  snapshots: readonly SnapshotFacts[]
): Promise<ReadonlySet<string>> {
  const own = new Set(images.flatMap(({ snapshotIds }) => snapshotIds))
  const others = snapshots.map(({ snapshotId }) => snapshotId).filter(id => !own.has(id))
  if (others.length === 0) return new Set()
  const [users, versions] = await Promise.all([
    eachOf(inParts(others, MAX_VALUES), ids => readImagesOn(clients, ids)),
    liveVersions()
  ])
  const mappings = [
    ...users.flat().flatMap(({ BlockDeviceMappings = [] }) => BlockDeviceMappings),
    ...versions.flatMap(({ LaunchTemplateData: data }) => data?.BlockDeviceMappings ?? [])
  ]
  return new Set(mappings.flatMap(({ Ebs: ebs }) => ebs?.SnapshotId ?? []))
}

function readImagesOn({ ec2 }: Clients, snapshotIds: string[]): Promise<Image[]> {
  const Filters = [{ Name: 'block-device-mapping.snapshot-id', Values: snapshotIds }]
  const request = { Owners: ['self'], IncludeDeprecated: true, IncludeDisabled: true, Filters }
  return collect(paginateDescribeImages({ client: ec2, pageSize: 500 }, request), page => page.Images)
}
