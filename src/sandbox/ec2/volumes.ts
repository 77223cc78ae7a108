import type { DeleteVolumeRequest, DescribeVolumesRequest, DescribeVolumesResult } from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../errors.ts'
import type { Handler, Handlers } from '../handler.ts'
import { compileFilters, type FilterFields } from '../world/filters.ts'
import { paginate } from '../world/pages.ts'
import type { VolumeRecord } from '../world/records.ts'
import { stopDryRun } from './dryrun.ts'
import { find, select } from './lookup.ts'
import { deleteVolume as removeVolume } from './make-volume.ts'
import { tagSet } from './tags.ts'

const filters: FilterFields<VolumeRecord> = {
  'attachment.device': ({ volume }) => volume.Attachments?.map(({ Device }) => Device),
  'attachment.instance-id': ({ volume }) => volume.Attachments?.map(({ InstanceId }) => InstanceId),
  'attachment.status': ({ volume }) => volume.Attachments?.map(({ State }) => State),
  'availability-zone': ({ volume }) => volume.AvailabilityZone,
  encrypted: ({ volume }) => volume.Encrypted,
  size: ({ volume }) => volume.Size,
  'snapshot-id': ({ volume }) => volume.SnapshotId,
  status: ({ volume }) => volume.State,
  'volume-id': ({ volume }) => volume.VolumeId,
  'volume-type': ({ volume }) => volume.VolumeType
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html */
const describeVolumes: Handler<DescribeVolumesRequest, DescribeVolumesResult> = (input, call) => {
  const found = select('volume', input.VolumeIds, call.region.volumes, record => record.ownerId === call.account)
  stopDryRun(input)
  const { page, NextToken } = paginate(found.filter(compileFilters(input.Filters, filters)), input, { min: 5 })
  const Volumes = page.map(record => ({ ...record.volume, Tags: tagSet(record, call.account) }))
  return { Volumes, ...(NextToken && { NextToken }) }
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVolume.html */
const deleteVolume: Handler<DeleteVolumeRequest, undefined> = async (input, call) => {
  if (!input.VolumeId) throw missingParameter('VolumeId')
  const record = find('volume', input.VolumeId, call.region.volumes, each => each.ownerId === call.account)
  const [attachment] = record.volume.Attachments ?? []
  if (attachment) {
    throw new ServiceError('VolumeInUse', `Volume ${input.VolumeId} is currently attached to ${attachment.InstanceId}`)
  }
  stopDryRun(input)
  await removeVolume(call.world, call.region, record)
  return undefined
}

export const volumeHandlers = { DescribeVolumes: describeVolumes, DeleteVolume: deleteVolume } satisfies Handlers
