import type { ModifyVolumeRequest, ModifyVolumeResult, Volume, VolumeModification } from '@aws-sdk/client-ec2'
import { ServiceError } from '../errors.ts'
import type { Call, Handler, Handlers } from '../handler.ts'
import { refuseUnmodelled } from '../unmodelled.ts'
import type { VolumeRecord } from '../world/records.ts'
import type { Transition } from '../world/transition.ts'
import { findVolume, type VolumeName } from './attach-volumes.ts'
import { stopDryRun } from './dryrun.ts'
import { completeVolume } from './volume-rules.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const MAX_PER_DAY = 4
/** Optimizing 1 TiB can take about six hours: https://docs.aws.amazon.com/ebs/latest/userguide/monitoring-volume-modifications.html */
const OPTIMIZING_SECONDS_PER_GIB = (6 * 60 * 60) / 1024

/**
 * Changes size, type, IOPS or throughput of a volume, attached or not. The new size holds from `optimizing` on. Four
 * times a day, and not while the last change is under way.
 *
 * @lacks attaching to several instances
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVolume.html
 */
const modifyVolume: Handler<ModifyVolumeRequest, ModifyVolumeResult> = (input, call) => {
  const record = findVolume(input.VolumeId, call)
  checkModifiable(record, input, call)
  const modification = planModification(record, input, call)
  stopDryRun(input)
  record.modifications = [...(record.modifications ?? []), modification]
  call.world.after('volume', optimizingVolume, { region: call.region.name, volumeId: record.volume.VolumeId })
  return { VolumeModification: { ...modification } }
}

function checkModifiable(
  { volume, modifications = [] }: VolumeRecord,
  input: ModifyVolumeRequest,
  { now }: Call
): void {
  const { VolumeId: id, State: state } = volume
  if (state !== 'available' && state !== 'in-use') {
    throw new ServiceError('IncorrectState', `${id} is not 'available' or 'in-use': it is '${state}'.`)
  }
  refuseUnmodelled(input, ['MultiAttachEnabled'])
  const under = modifications.find(each => each.ModificationState !== 'completed')
  if (under) {
    const sentence = `Cannot modify volume '${id}' currently in modification state '${under.ModificationState?.toUpperCase()}'.`
    throw new ServiceError('IncorrectModificationState', sentence)
  }
  const recent = modifications.filter(({ StartTime: at = now }) => now.getTime() - at.getTime() < DAY_MS)
  if (recent.length < MAX_PER_DAY) return
  const next = new Date((recent[0]?.StartTime ?? now).getTime() + DAY_MS).toISOString()
  const sentence = `You've reached the maximum modification rate per volume limit. You can modify this volume again at ${next}.`
  throw new ServiceError('VolumeModificationRateExceeded', sentence)
}

function planModification({ volume }: VolumeRecord, input: ModifyVolumeRequest, { now }: Call): VolumeModification {
  const { Size: size = 0, VolumeType: from = 'gp2' } = volume
  const type = input.VolumeType ?? from
  // What was chosen for the type before is not what the new one takes.
  const kept: Partial<Volume> = type === from && type !== 'gp2' ? volume : {}
  const target = completeVolume({
    sizeGiB: input.Size ?? size,
    type,
    iops: input.Iops ?? kept.Iops,
    throughput: input.Throughput ?? kept.Throughput
  })
  if (target.sizeGiB < size) {
    throw new ServiceError('InvalidParameterValue', 'New size cannot be smaller than existing size')
  }
  return {
    VolumeId: volume.VolumeId,
    ModificationState: 'modifying',
    TargetSize: target.sizeGiB,
    TargetIops: target.iops,
    TargetVolumeType: target.type,
    TargetThroughput: target.throughput,
    TargetMultiAttachEnabled: false,
    OriginalSize: size,
    OriginalIops: volume.Iops,
    OriginalVolumeType: from,
    OriginalThroughput: volume.Throughput,
    OriginalMultiAttachEnabled: false,
    Progress: 0,
    StartTime: now
  }
}

const optimizingVolume: Transition<VolumeName> = {
  name: 'optimize a volume',
  act: (world, name) => {
    const record = world.usedRegion(name.region)?.volumes.get(name.volumeId)
    const modification = record?.modifications?.at(-1)
    if (!record || modification?.ModificationState !== 'modifying') return
    const {
      TargetSize: Size = 0,
      TargetVolumeType: VolumeType,
      TargetIops: Iops,
      TargetThroughput: Throughput
    } = modification
    Object.assign(record.volume, { Size, VolumeType, Iops, Throughput })
    modification.ModificationState = 'optimizing'
    world.after(Size * OPTIMIZING_SECONDS_PER_GIB, completingModification, name)
  }
}

const completingModification: Transition<VolumeName> = {
  name: 'complete a volume modification',
  act: (world, { region, volumeId }) => {
    const modification = world.usedRegion(region)?.volumes.get(volumeId)?.modifications?.at(-1)
    if (modification?.ModificationState !== 'optimizing') return
    Object.assign(modification, { ModificationState: 'completed', Progress: 100, EndTime: world.clock.now() })
  }
}

export const modifyVolumeHandlers = { ModifyVolume: modifyVolume } satisfies Handlers

export const modifyVolumeTransitions = [optimizingVolume, completingModification]
