import type {
  CreateVolumeRequest,
  DeleteVolumeRequest,
  DescribeVolumesRequest,
  DescribeVolumesResult,
  Volume
} from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../errors.ts'
import type { Call, Handler, Handlers } from '../handler.ts'
import { refuseUnmodelled } from '../unmodelled.ts'
import { compileFilters, type FilterFields } from '../world/filters.ts'
import { paginate } from '../world/pages.ts'
import type { SnapshotRecord, VolumeRecord } from '../world/records.ts'
import type { Region } from '../world/region.ts'
import { zoneIdOf, zonesOf } from '../world/regions.ts'
import type { Transition } from '../world/transition.ts'
import { stopDryRun } from './dryrun.ts'
import { ebsKeyFault } from './ebs-key.ts'
import { planEncryption } from './instances/volume-encryption.ts'
import { find, select } from './lookup.ts'
import { fillVolume, makeVolume, deleteVolume as removeVolume, type VolumeSpec } from './make-volume.ts'
import { canUseSnapshot, checkUsable } from './snapshots/access.ts'
import { tagSet, tagsFor } from './tags.ts'
import { once } from './tokens.ts'
import { completeVolume } from './volume-rules.ts'

const filters: FilterFields<VolumeRecord> = {
  'attachment.attach-time': ({ volume }) => volume.Attachments?.map(({ AttachTime }) => AttachTime?.toISOString()),
  'attachment.delete-on-termination': ({ volume }) =>
    volume.Attachments?.map(({ DeleteOnTermination }) => DeleteOnTermination),
  'attachment.device': ({ volume }) => volume.Attachments?.map(({ Device }) => Device),
  'attachment.instance-id': ({ volume }) => volume.Attachments?.map(({ InstanceId }) => InstanceId),
  'attachment.status': ({ volume }) => volume.Attachments?.map(({ State }) => State),
  'availability-zone': ({ volume }) => volume.AvailabilityZone,
  'availability-zone-id': ({ volume }) => zoneIdOf(volume.AvailabilityZone ?? ''),
  'create-time': ({ volume }) => volume.CreateTime?.toISOString(),
  encrypted: ({ volume }) => volume.Encrypted,
  'fast-restored': ({ volume }) => volume.FastRestored ?? false,
  'multi-attach-enabled': ({ volume }) => volume.MultiAttachEnabled,
  'operator.managed': ({ volume }) => volume.Operator?.Managed ?? false,
  'operator.principal': ({ volume }) => volume.Operator?.Principal,
  size: ({ volume }) => volume.Size,
  'snapshot-id': ({ volume }) => volume.SnapshotId,
  status: ({ volume }) => volume.State,
  'volume-id': ({ volume }) => volume.VolumeId,
  'volume-type': ({ volume }) => volume.VolumeType
}

/**
 * Lists the account's volumes.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html
 */
const describeVolumes: Handler<DescribeVolumesRequest, DescribeVolumesResult> = (input, call) => {
  const found = select('volume', input.VolumeIds, call.region.volumes, record => record.ownerId === call.account)
  stopDryRun(input)
  const { page, NextToken } = paginate(found.filter(compileFilters(input.Filters, filters)), input, { min: 5 })
  const Volumes = page.map(record => ({ ...record.volume, Tags: tagSet(record, call.account) }))
  return { Volumes, ...(NextToken && { NextToken }) }
}

/**
 * Makes a volume, empty or of a completed snapshot, of the caller's own or shared with it.
 *
 * @lacks Outposts, attaching to several instances, operators, zones by their ids, a zone of EC2's choice
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVolume.html
 */
const createVolume: Handler<CreateVolumeRequest, Volume> = (input, call) => {
  const { AvailabilityZone: zone, SnapshotId: snapshotId, Size: size, VolumeType: type = 'gp2' } = input
  refuseUnmodelled(input, ['AvailabilityZoneId', 'MultiAttachEnabled', 'Operator', 'OutpostArn'])
  if (!zone) throw missingParameter('AvailabilityZone')
  if (!zonesOf(call.region.name).includes(zone)) {
    throw new ServiceError('InvalidZone.NotFound', `The zone '${zone.slice(0, 40)}' does not exist.`)
  }
  const isOwn = ({ ownerId }: { ownerId: string }) => ownerId === call.account
  const isUsable = (record: SnapshotRecord) => canUseSnapshot(record, call)
  const snapshot = snapshotId ? find('snapshot', snapshotId, call.region.snapshots, isUsable) : undefined
  const sizeGiB = sizeFor(size, snapshot)
  const shape = completeVolume({ sizeGiB, type, iops: input.Iops, throughput: input.Throughput })
  const ofSnapshot = { snapshotId, initializationRate: input.VolumeInitializationRate }
  const spec = { ...shape, ...planEncryption(input, snapshot, call), zone, ...ofSnapshot }
  const tags = tagsFor('volume', input.TagSpecifications, ['volume'])
  stopDryRun(input)
  const VolumeId = once('CreateVolume', input, call, () => startVolume(spec, tags, call))
  const record = find('volume', VolumeId, call.region.volumes, isOwn)
  return { ...record.volume, Tags: tagSet(record, call.account) }
}

/** Checks the size in GiB against the snapshot, whose size is the default. */
function sizeFor(asked: number | undefined, snapshot: SnapshotRecord | undefined): number {
  const { SnapshotId: id, VolumeSize: least } = snapshot?.snapshot ?? {}
  if (snapshot) checkUsable(snapshot)
  const sizeGiB = asked ?? least
  if (sizeGiB === undefined) throw missingParameter('Size')
  if (least === undefined || sizeGiB >= least) return sizeGiB
  const found = `Volume of size ${sizeGiB}GB is smaller than snapshot '${id}'`
  throw new ServiceError('InvalidParameterValue', `${found}, expect size >= ${least}GB`)
}

function startVolume(spec: VolumeSpec, tags: ReadonlyMap<string, string>, call: Call): string {
  const record = makeVolume(spec, tags, 'creating', call)
  const { VolumeId: volumeId } = record.volume
  call.world.after('volume', fillingVolume, { region: call.region.name, volumeId })
  return volumeId
}

const fillingVolume: Transition<{ region: string; volumeId: string }> = {
  name: 'fill a volume',
  act: async (world, { region, volumeId }) => {
    const here = world.usedRegion(region)
    const record = here?.volumes.get(volumeId)
    if (!here || !record) return
    if (lacksKey(here, record)) return removeVolume(world, here, record)
    await fillVolume(world, record)
    record.volume.State = 'available'
  }
}

/** A volume whose key cannot be used, or the key of its snapshot, was accepted and is silently gone after seconds. */
function lacksKey(region: Region, { ownerId, volume, failure }: VolumeRecord): boolean {
  if (failure) return true
  const keys = [volume.KmsKeyId, region.snapshots.get(volume.SnapshotId ?? '')?.snapshot.KmsKeyId]
  return keys.some(key => key !== undefined && ebsKeyFault(region, ownerId, key, 'attach') !== undefined)
}

/**
 * Deletes a volume that no instance has.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVolume.html
 */
const deleteVolume: Handler<DeleteVolumeRequest, undefined> = async (input, call) => {
  if (!input.VolumeId) throw missingParameter('VolumeId')
  const record = find('volume', input.VolumeId, call.region.volumes, each => each.ownerId === call.account)
  const [attachment] = record.volume.Attachments ?? []
  if (attachment) {
    throw new ServiceError('VolumeInUse', `Volume ${input.VolumeId} is currently attached to ${attachment.InstanceId}`)
  }
  if (record.volume.State !== 'available') {
    throw new ServiceError('IncorrectState', `${input.VolumeId} is not 'available'.`)
  }
  stopDryRun(input)
  await removeVolume(call.world, call.region, record)
  return undefined
}

export const volumeHandlers = {
  CreateVolume: createVolume,
  DescribeVolumes: describeVolumes,
  DeleteVolume: deleteVolume
} satisfies Handlers

export const volumeTransitions = [fillingVolume]
