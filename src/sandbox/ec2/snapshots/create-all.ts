import type { CreateSnapshotsRequest, CreateSnapshotsResult, InstanceSpecification } from '@aws-sdk/client-ec2'
import { invalidValue, missingParameter, ServiceError } from '../../errors.ts'
import type { Call, Handler } from '../../handler.ts'
import type { InstanceRecord, VolumeRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { find } from '../lookup.ts'
import { tagsFor } from '../tags.ts'
import { describeNewSnapshot } from './answer.ts'
import { checkLocation, freezing } from './create.ts'
import { makeSnapshot } from './make-snapshot.ts'

const MOST_EXCLUDED = 40

/**
 * Makes snapshots of all volumes of an instance, but for those that are excluded, at one moment: what a crash would
 * have left on them. With CopyTagsFromSource they get their volumes' tags.
 *
 * @lacks Outposts and Local Zones
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshots.html
 */
export const createSnapshots: Handler<CreateSnapshotsRequest, CreateSnapshotsResult> = async (input, call) => {
  const { InstanceId: instanceId } = input.InstanceSpecification ?? {}
  if (!instanceId) throw missingParameter('InstanceSpecification.InstanceId')
  checkLocation({ OutpostArn: input.OutpostArn, Location: input.Location, VolumeId: undefined })
  const copiesTags = readCopyTags(input.CopyTagsFromSource)
  const instance = find('instance', instanceId, call.region.instances, record => record.ownerId === call.account)
  const volumes = chooseVolumes(instance, input.InstanceSpecification, call)
  const tags = tagsFor('snapshot', input.TagSpecifications, ['snapshot'])
  stopDryRun(input)
  const records = volumes.map(volume => {
    const own = copiesTags ? [...volume.tags].filter(([key]) => !key.startsWith('aws:')) : []
    return makeSnapshot(volume, { description: input.Description ?? '', tags: new Map([...own, ...tags]) }, call)
  })
  await call.world.schedule.now(freezing, {
    region: call.region.name,
    instanceId,
    snapshots: records.map(({ snapshot }) => ({
      snapshotId: snapshot.SnapshotId,
      volumeId: snapshot.VolumeId ?? ''
    }))
  })
  return { Snapshots: records.map(record => describeNewSnapshot(record, call)) }
}

function readCopyTags(from: CreateSnapshotsRequest['CopyTagsFromSource']): boolean {
  if (from !== undefined && from !== 'volume') throw invalidValue('CopyTagsFromSource', from, 'volume')
  return from === 'volume'
}

/** The volumes that are not excluded. Errors: InvalidParameterValue for a wrong exclusion, and where none is left. */
function chooseVolumes(
  { instance }: InstanceRecord,
  specification: InstanceSpecification | undefined,
  { region }: Call
): VolumeRecord[] {
  const { ExcludeBootVolume: withoutRoot = false, ExcludeDataVolumeIds: excluded = [] } = specification ?? {}
  const path = 'InstanceSpecification.ExcludeDataVolumeIds'
  const devices = instance.BlockDeviceMappings ?? []
  const root = devices.find(({ DeviceName: name }) => name === instance.RootDeviceName)?.Ebs?.VolumeId
  const ids = devices.flatMap(({ Ebs: ebs }) => ebs?.VolumeId ?? [])
  if (excluded.length > MOST_EXCLUDED) throw invalidValue(path, `${excluded.length}`, `${MOST_EXCLUDED} at the most`)
  const wrong = excluded.find(id => id === root || !ids.includes(id))
  if (wrong !== undefined) throw invalidValue(path, wrong, `data volumes of ${instance.InstanceId}`)
  const chosen = ids.filter(id => !excluded.includes(id) && !(withoutRoot && id === root))
  if (chosen.length > 0) return chosen.flatMap(id => region.volumes.get(id) ?? [])
  const sentence = `The instance ${instance.InstanceId} has no volumes but those that are excluded`
  throw new ServiceError('InvalidParameterValue', sentence)
}
