import type { AttachVolumeRequest, VolumeAttachment } from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../errors.ts'
import type { Call, Handler, Handlers } from '../handler.ts'
import type { InstanceRecord, VolumeRecord } from '../world/records.ts'
import type { Transition } from '../world/transition.ts'
import { stopDryRun } from './dryrun.ts'
import { appendConsole } from './instances/console.ts'
import { stateOf } from './instances/states.ts'
import { findInstance } from './instances/visible.ts'
import { find } from './lookup.ts'

/** A guest mounts its data volumes under the last part of this name: nothing else may get there. */
const DEVICE_NAME = /^(\/dev\/)?(sd|xvd)[a-z]{1,2}\d{0,2}$/

/**
 * Attaches an available volume to an instance of its zone. A running guest sees it from its next boot on, as its console
 * says.
 *
 * @lacks volumes that appear in a running guest, attaching to several instances
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachVolume.html
 */
const attachVolume: Handler<AttachVolumeRequest, VolumeAttachment> = (input, call) => {
  const { Device } = input
  if (!Device) throw missingParameter('Device')
  const record = findVolume(input.VolumeId, call)
  const instance = findInstance(input.InstanceId, call)
  checkVolume(record, instance)
  checkDevice(Device, instance)
  checkReady(instance)
  stopDryRun(input)
  const { VolumeId } = record.volume
  const attachment = { VolumeId, DeleteOnTermination: false, AttachTime: call.now }
  const attached = { ...attachment, InstanceId: instance.instance.InstanceId, Device, State: 'attaching' as const }
  const mapping = { DeviceName: Device, Ebs: { ...attachment, Status: 'attaching' as const } }
  record.volume.State = 'in-use'
  record.volume.Attachments = [attached]
  instance.instance.BlockDeviceMappings = [...(instance.instance.BlockDeviceMappings ?? []), mapping]
  if (stateOf(instance) === 'running') {
    appendConsole(instance, `sandbox: ${VolumeId} is attached as ${Device}: this guest sees it from its next boot on\n`)
  }
  call.world.after('volume', attaching, { region: call.region.name, volumeId: VolumeId })
  return { ...attached }
}

export interface VolumeName {
  readonly region: string
  readonly volumeId: string
}

const attaching: Transition<VolumeName> = {
  name: 'attach a volume',
  act: (world, { region, volumeId }) => {
    const [attachment] = world.usedRegion(region)?.volumes.get(volumeId)?.volume.Attachments ?? []
    if (attachment?.State !== 'attaching') return
    attachment.State = 'attached'
    const { instance } = world.usedRegion(region)?.instances.get(attachment.InstanceId ?? '') ?? {}
    const mapping = instance?.BlockDeviceMappings?.find(({ Ebs: ebs }) => ebs?.VolumeId === volumeId)
    if (mapping?.Ebs) mapping.Ebs.Status = 'attached'
  }
}

export function findVolume(id: string | undefined, { region, account }: Call): VolumeRecord {
  if (!id) throw missingParameter('VolumeId')
  return find('volume', id, region.volumes, ({ ownerId }) => ownerId === account)
}

function checkVolume({ volume }: VolumeRecord, { instance }: InstanceRecord): void {
  if (volume.State === 'in-use') {
    throw new ServiceError('VolumeInUse', `${volume.VolumeId} is already attached to an instance`)
  }
  if (volume.State !== 'available') {
    throw new ServiceError('IncorrectState', `${volume.VolumeId} is not 'available'.`)
  }
  if (volume.AvailabilityZone === instance.Placement?.AvailabilityZone) return
  const places = `The volume '${volume.VolumeId}' is not in the same availability zone as instance`
  throw new ServiceError('InvalidVolume.ZoneMismatch', `${places} '${instance.InstanceId}'`)
}

function checkDevice(device: string, { instance }: InstanceRecord): void {
  const refusal = `Invalid value '${device.slice(0, 60)}' for unixDevice.`
  if (!DEVICE_NAME.test(device)) {
    throw new ServiceError('InvalidParameterValue', `${refusal} It is not a valid EBS device name.`)
  }
  if (instance.BlockDeviceMappings?.some(({ DeviceName: name }) => name === device)) {
    throw new ServiceError('InvalidParameterValue', `${refusal} Attachment point ${device} is already in use`)
  }
}

/** Errors: IncorrectState for an instance that is neither running nor stopped. */
export function checkReady(record: InstanceRecord): void {
  const state = stateOf(record)
  if (state === 'stopped' || state === 'running') return
  const sentence = `Instance '${record.instance.InstanceId}' is not 'running' or 'stopped': it is '${state}'`
  throw new ServiceError('IncorrectState', sentence)
}

export const attachVolumeHandlers = {
  AttachVolume: attachVolume
} satisfies Handlers

export const attachTransitions = [attaching]
