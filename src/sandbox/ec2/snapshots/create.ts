import type { CreateSnapshotRequest, Snapshot } from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../../errors.ts'
import type { Handler } from '../../handler.ts'
import type { Transition } from '../../world/transition.ts'
import { stopDryRun } from '../dryrun.ts'
import { inTurn } from '../instances/life.ts'
import { find } from '../lookup.ts'
import { tagsFor } from '../tags.ts'
import { describeNewSnapshot } from './answer.ts'
import { completeSnapshot, findAnywhere, freezeContent, makeSnapshot } from './make-snapshot.ts'
import { secondsFor } from './snapshot-duration.ts'

/**
 * Makes a snapshot of a volume as it is now; the volume can be used on at once. It is pending until all is stored.
 *
 * @lacks Outposts and Local Zones; the limits of pending snapshots and of snapshots per volume and time
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshot.html
 */
export const createSnapshot: Handler<CreateSnapshotRequest, Snapshot> = async (input, call) => {
  if (!input.VolumeId) throw missingParameter('VolumeId')
  checkLocation(input)
  const volume = find('volume', input.VolumeId, call.region.volumes, record => record.ownerId === call.account)
  const tags = tagsFor('snapshot', input.TagSpecifications, ['snapshot'])
  stopDryRun(input)
  const record = makeSnapshot(volume, { description: input.Description ?? '', tags }, call)
  await call.world.schedule.now(freezing, {
    region: call.region.name,
    instanceId: volume.volume.Attachments?.[0]?.InstanceId ?? '',
    snapshots: [{ snapshotId: record.snapshot.SnapshotId, volumeId: input.VolumeId }]
  })
  return describeNewSnapshot(record, call)
}

/** Snapshots that are stored elsewhere than in the region are not modelled. Errors: UnsupportedOperation. */
export function checkLocation({ OutpostArn: outpost, Location: location = 'regional' }: CreateSnapshotRequest): void {
  if (outpost === undefined && location === 'regional') return
  throw new ServiceError('UnsupportedOperation', 'Snapshots on Outposts and in Local Zones are not supported')
}

interface Freezing {
  readonly region: string
  /** Empty for a volume that is not attached. */
  readonly instanceId: string
  readonly snapshots: readonly { readonly snapshotId: string; readonly volumeId: string }[]
}

/** All at one moment. A termination of the instance that comes meanwhile deletes the volumes only afterwards. */
export const freezing: Transition<Freezing> = {
  name: 'freeze what a snapshot holds',
  act: async (world, { region: name, instanceId, snapshots }) => {
    const region = world.usedRegion(name)
    if (!region) return
    const instance = region.instances.get(instanceId)
    const freeze = async () => {
      await Promise.all(
        snapshots.map(({ snapshotId, volumeId }) => freezeContent({ world, region }, snapshotId, volumeId))
      )
    }
    await (instance ? inTurn({ world, region, record: instance }, freeze) : freeze())
    for (const { snapshotId, volumeId } of snapshots) {
      const seconds = secondsFor(region.volumes.get(volumeId), region)
      const completesAt = world.after(seconds, completing, { region: name, snapshotId })
      const record = findAnywhere(region, snapshotId)
      if (record) record.completesAt = completesAt
    }
  }
}

const completing: Transition<{ region: string; snapshotId: string }> = {
  name: 'complete a snapshot',
  act: (world, { region: name, snapshotId }) => {
    const region = world.usedRegion(name)
    const record = region && findAnywhere(region, snapshotId)
    if (record) completeSnapshot(record, world.clock.now())
  }
}

export const createSnapshotTransitions = [freezing, completing]
