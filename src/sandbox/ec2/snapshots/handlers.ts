import type {
  CreateSnapshotRequest,
  DeleteSnapshotRequest,
  DescribeSnapshotsRequest,
  DescribeSnapshotsResult,
  Snapshot
} from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../../errors.ts'
import type { Call, Handler, Handlers } from '../../handler.ts'
import { compileFilters, type FilterFields } from '../../world/filters.ts'
import { paginate } from '../../world/pages.ts'
import type { SnapshotRecord } from '../../world/records.ts'
import type { Transition } from '../../world/transition.ts'
import { stopDryRun } from '../dryrun.ts'
import { canUseImage } from '../image-access.ts'
import { inTurn } from '../instances/life.ts'
import { deleteUnusedLayers } from '../layers.ts'
import { find, select } from '../lookup.ts'
import { asSeenBy, tagSet, tagsFor } from '../tags.ts'
import { completeSnapshot, freezeContent, makeSnapshot } from './make-snapshot.ts'
import { progressOf } from './progress.ts'

const filters: FilterFields<SnapshotRecord> = {
  description: ({ snapshot }) => snapshot.Description,
  encrypted: ({ snapshot }) => snapshot.Encrypted,
  'owner-alias': ({ snapshot }) => snapshot.OwnerAlias,
  'owner-id': ({ ownerId }) => ownerId,
  progress: ({ snapshot }) => snapshot.Progress,
  'snapshot-id': ({ snapshot }) => snapshot.SnapshotId,
  'start-time': ({ snapshot }) => snapshot.StartTime?.toISOString(),
  status: ({ snapshot }) => snapshot.State,
  'storage-tier': ({ snapshot }) => snapshot.StorageTier,
  'volume-id': ({ snapshot }) => snapshot.VolumeId,
  'volume-size': ({ snapshot }) => snapshot.VolumeSize
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html */
const describeSnapshots: Handler<DescribeSnapshotsRequest, DescribeSnapshotsResult> = (input, call) => {
  const found = select('snapshot', input.SnapshotIds, call.region.snapshots, snapshot => canSee(snapshot, call))
  stopDryRun(input)
  const owners = input.OwnerIds?.map(owner => (owner === 'self' ? call.account : owner))
  const passes = compileFilters(input.Filters, filters)
  const isOwned = ({ ownerId, snapshot }: SnapshotRecord) =>
    !owners?.length || owners.includes(ownerId) || owners.includes(snapshot.OwnerAlias ?? '')
  const { page, NextToken } = paginate(
    found.filter(record => isOwned(record) && passes(asSeenBy(call.account, record))),
    input,
    { min: 5 }
  )
  return { Snapshots: page.map(record => describe(record, call)), ...(NextToken && { NextToken }) }
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshot.html */
const createSnapshot: Handler<CreateSnapshotRequest, Snapshot> = async (input, call) => {
  if (!input.VolumeId) throw missingParameter('VolumeId')
  const volume = find('volume', input.VolumeId, call.region.volumes, record => record.ownerId === call.account)
  const tags = tagsFor('snapshot', input.TagSpecifications, ['snapshot'])
  stopDryRun(input)
  const record = makeSnapshot(volume, { description: input.Description ?? '', tags }, call)
  const { SnapshotId: snapshotId } = record.snapshot
  await call.world.schedule.now(freezing, { region: call.region.name, snapshotId, volumeId: input.VolumeId })
  return describe(record, call)
}

interface SnapshotName {
  readonly region: string
  readonly snapshotId: string
}

/** A termination of the volume's instance that comes meanwhile deletes the volume only afterwards. */
const freezing: Transition<SnapshotName & { volumeId: string }> = {
  name: 'freeze what a snapshot holds',
  act: async (world, { region: name, snapshotId, volumeId }) => {
    const region = world.usedRegion(name)
    if (!region) return
    const [attachment] = region.volumes.get(volumeId)?.volume.Attachments ?? []
    const instance = region.instances.get(attachment?.InstanceId ?? '')
    const freeze = () => freezeContent({ world, region }, snapshotId, volumeId)
    await (instance ? inTurn({ world, region, record: instance }, freeze) : freeze())
    world.after('snapshot', completing, { region: name, snapshotId })
  }
}

const completing: Transition<SnapshotName> = {
  name: 'complete a snapshot',
  act: (world, { region, snapshotId }) => {
    const record = world.usedRegion(region)?.snapshots.get(snapshotId)
    if (record) completeSnapshot(record, world.clock.now())
  }
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSnapshot.html */
const deleteSnapshot: Handler<DeleteSnapshotRequest, undefined> = async (input, call) => {
  if (!input.SnapshotId) throw missingParameter('SnapshotId')
  const record = find('snapshot', input.SnapshotId, call.region.snapshots, each => each.ownerId === call.account)
  const user = imagesUsing(input.SnapshotId, call)[0]
  if (user) {
    throw new ServiceError('InvalidSnapshot.InUse', `The snapshot ${input.SnapshotId} is currently in use by ${user}`)
  }
  stopDryRun(input)
  await removeSnapshot(record, call)
  return undefined
}

/** Deletes a snapshot and the layers that only it stood on. */
export async function removeSnapshot({ snapshot, layers }: SnapshotRecord, { region, world }: Call): Promise<void> {
  region.snapshots.delete(snapshot.SnapshotId)
  await deleteUnusedLayers(world, layers)
}

/** The ids of the registered images that stand on a snapshot. */
export const imagesUsing = (snapshotId: string, { region }: Call): string[] =>
  [...region.images.values()]
    .filter(({ image }) => image.BlockDeviceMappings?.some(({ Ebs: ebs }) => ebs?.SnapshotId === snapshotId))
    .map(({ image }) => image.ImageId)

/** The owner sees a snapshot; so does everybody else where a public image stands on it. */
function canSee({ ownerId, snapshot }: SnapshotRecord, call: Call): boolean {
  if (ownerId === call.account) return true
  return imagesUsing(snapshot.SnapshotId, call).some(id => {
    const image = call.region.images.get(id)
    return image !== undefined && image.image.Public === true && canUseImage(image, call)
  })
}

const describe = (record: SnapshotRecord, { account, now }: Call): Snapshot => ({
  ...record.snapshot,
  Progress: progressOf(record, now),
  Tags: tagSet(record, account)
})

export const snapshotHandlers = {
  DescribeSnapshots: describeSnapshots,
  CreateSnapshot: createSnapshot,
  DeleteSnapshot: deleteSnapshot
} satisfies Handlers

export const snapshotTransitions = [freezing, completing]
