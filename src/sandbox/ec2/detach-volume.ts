import type { DetachVolumeRequest, VolumeAttachment } from '@aws-sdk/client-ec2'
import { ServiceError } from '../errors.ts'
import type { Handler, Handlers } from '../handler.ts'
import type { InstanceRecord } from '../world/records.ts'
import type { Transition } from '../world/transition.ts'
import { checkReady, findVolume, type VolumeName } from './attach-volumes.ts'
import { stopDryRun } from './dryrun.ts'
import { appendConsole } from './instances/console.ts'
import { stateOf } from './instances/states.ts'
import { findInstance } from './instances/visible.ts'
import { detachVolume as releaseVolume } from './instances/volumes.ts'

/**
 * Detaches a volume. One that a running guest has booted with is busy, and detached once that guest ends, as one that
 * is not unmounted is in EC2.
 *
 * @lacks Force of a volume that a guest has booted with
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachVolume.html
 */
const detachVolume: Handler<DetachVolumeRequest, VolumeAttachment> = (input, call) => {
  const record = findVolume(input.VolumeId, call)
  const { VolumeId } = record.volume
  const [attachment] = record.volume.Attachments ?? []
  if (!attachment) {
    throw new ServiceError('IncorrectState', `Volume '${VolumeId}' is in the '${record.volume.State}' state.`)
  }
  checkAttachment(input, attachment)
  const instance = findInstance(attachment.InstanceId, call)
  checkReady(instance)
  checkRoot(instance, attachment)
  stopDryRun(input)
  const busy = stateOf(instance) === 'running' && instance.mounted?.includes(VolumeId)
  const leaving = { ...attachment, State: busy ? ('busy' as const) : ('detaching' as const) }
  record.volume.Attachments = [leaving]
  if (busy) {
    appendConsole(instance, `sandbox: ${VolumeId} is in use by this guest: it is detached once the guest ends\n`)
  } else {
    const left = (instance.instance.BlockDeviceMappings ?? []).filter(({ Ebs: ebs }) => ebs?.VolumeId !== VolumeId)
    instance.instance.BlockDeviceMappings = left
    call.world.after('volume', detaching, { region: call.region.name, volumeId: VolumeId })
  }
  return { ...leaving }
}

const detaching: Transition<VolumeName> = {
  name: 'detach a volume',
  act: (world, { region, volumeId }) => {
    const record = world.usedRegion(region)?.volumes.get(volumeId)
    if (record?.volume.Attachments?.[0]?.State === 'detaching') releaseVolume(record)
  }
}

/** Instance and device may be left out; what is given must be right. */
function checkAttachment(input: DetachVolumeRequest, { InstanceId: id, Device: device }: VolumeAttachment): void {
  if ((input.InstanceId ?? id) === id && (input.Device ?? device) === device) return
  const asked = [input.InstanceId, input.Device].filter(part => part !== undefined).join(' as ')
  const sentence = `The volume '${input.VolumeId}' is not attached to ${asked.slice(0, 100)}`
  throw new ServiceError('InvalidAttachment.NotFound', sentence)
}

/** A running instance keeps its root. */
function checkRoot(record: InstanceRecord, { VolumeId, Device }: VolumeAttachment): void {
  const { InstanceId, RootDeviceName: root } = record.instance
  if (stateOf(record) !== 'running' || Device !== root) return
  const sentence = `Unable to detach root volume '${VolumeId}' from instance '${InstanceId}'`
  throw new ServiceError('OperationNotPermitted', sentence)
}

export const detachVolumeHandlers = { DetachVolume: detachVolume } satisfies Handlers

export const detachTransitions = [detaching]
