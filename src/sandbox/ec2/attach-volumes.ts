import type { AttachVolumeRequest, DetachVolumeRequest, VolumeAttachment } from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../errors.ts'
import type { Call, Handler, Handlers } from '../handler.ts'
import type { InstanceRecord, VolumeRecord } from '../world/records.ts'
import type { Transition } from '../world/transition.ts'
import { stopDryRun } from './dryrun.ts'
import { stateOf } from './instances/states.ts'
import { findInstance } from './instances/visible.ts'
import { detachVolume as releaseVolume } from './instances/volumes.ts'
import { find } from './lookup.ts'

/** A guest mounts its data volumes under the last part of this name: nothing else may get there. */
const DEVICE_NAME = /^(\/dev\/)?(sd|xvd)[a-z]{1,2}\d{0,2}$/

/**
 * Attaches an available volume to a stopped instance of its zone. Unlike EC2, not to a running one: a guest gets its
 * volumes when it boots.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachVolume.html
 */
const attachVolume: Handler<AttachVolumeRequest, VolumeAttachment> = (input, call) => {
  const { Device } = input
  if (!Device) throw missingParameter('Device')
  const record = findVolume(input.VolumeId, call)
  const instance = findInstance(input.InstanceId, call)
  checkVolume(record, instance)
  checkDevice(Device, instance)
  checkStopped(instance)
  stopDryRun(input)
  const { VolumeId } = record.volume
  const attachment = { VolumeId, DeleteOnTermination: false, AttachTime: call.now }
  const attached = { ...attachment, InstanceId: instance.instance.InstanceId, Device, State: 'attaching' as const }
  const mapping = { DeviceName: Device, Ebs: { ...attachment, Status: 'attaching' as const } }
  record.volume.State = 'in-use'
  record.volume.Attachments = [attached]
  instance.instance.BlockDeviceMappings = [...(instance.instance.BlockDeviceMappings ?? []), mapping]
  call.world.after('volume', attaching, { region: call.region.name, volumeId: VolumeId })
  return { ...attached }
}

/**
 * Detaches a volume from a stopped instance; from a running one not, as above.
 *
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
  checkStopped(instance)
  stopDryRun(input)
  const left = (instance.instance.BlockDeviceMappings ?? []).filter(({ Ebs: ebs }) => ebs?.VolumeId !== VolumeId)
  instance.instance.BlockDeviceMappings = left
  const leaving = { ...attachment, State: 'detaching' as const }
  record.volume.Attachments = [leaving]
  call.world.after('volume', detaching, { region: call.region.name, volumeId: VolumeId })
  return { ...leaving }
}

interface VolumeName {
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

const detaching: Transition<VolumeName> = {
  name: 'detach a volume',
  act: (world, { region, volumeId }) => {
    const record = world.usedRegion(region)?.volumes.get(volumeId)
    if (record?.volume.Attachments?.[0]?.State === 'detaching') releaseVolume(record)
  }
}

function findVolume(id: string | undefined, { region, account }: Call): VolumeRecord {
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

/** Instance and device may be left out; what is given must be right. */
function checkAttachment(input: DetachVolumeRequest, { InstanceId: id, Device: device }: VolumeAttachment): void {
  if ((input.InstanceId ?? id) === id && (input.Device ?? device) === device) return
  const asked = [input.InstanceId, input.Device].filter(part => part !== undefined).join(' as ')
  const sentence = `The volume '${input.VolumeId}' is not attached to ${asked.slice(0, 100)}`
  throw new ServiceError('InvalidAttachment.NotFound', sentence)
}

function checkStopped(record: InstanceRecord): void {
  const state = stateOf(record)
  const { InstanceId: id } = record.instance
  if (state === 'stopped') return
  if (state === 'running') {
    const sentence = `The sandbox attaches and detaches volumes of stopped instances only: '${id}' is running`
    throw new ServiceError('UnsupportedOperation', sentence)
  }
  throw new ServiceError('IncorrectState', `Instance '${id}' is not 'running' or 'stopped': it is '${state}'`)
}

export const attachVolumeHandlers = {
  AttachVolume: attachVolume,
  DetachVolume: detachVolume
} satisfies Handlers

export const attachTransitions = [attaching, detaching]
