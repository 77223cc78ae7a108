import type { InstanceBlockDeviceMappingSpecification } from '@aws-sdk/client-ec2'
import { ServiceError } from '../../errors.ts'
import type { VolumeRecord } from '../../world/records.ts'
import type { Life } from './life.ts'

export interface AttachedVolume {
  readonly device: string
  readonly volumeId: string
  readonly deleteOnTermination: boolean
  readonly volume: VolumeRecord
}

/** The volumes that are attached to an instance. */
export function volumesOf({ region, record }: Pick<Life, 'region' | 'record'>): AttachedVolume[] {
  return (record.instance.BlockDeviceMappings ?? []).flatMap(({ DeviceName: device = '', Ebs: ebs }) => {
    const volume = region.volumes.get(ebs?.VolumeId ?? '')
    if (!volume) return []
    const { VolumeId: volumeId } = volume.volume
    return [{ device, volumeId, volume, deleteOnTermination: ebs?.DeleteOnTermination ?? false }]
  })
}

/** Sets the status of all attachments of an instance, on its side and on that of its volumes. */
export function setAttachmentStatus(life: Life, status: 'attaching' | 'attached'): void {
  for (const { Ebs: ebs } of life.record.instance.BlockDeviceMappings ?? []) if (ebs) ebs.Status = status
  for (const { volume } of volumesOf(life)) {
    for (const attachment of volume.volume.Attachments ?? []) attachment.State = status
  }
}

/** Leaves a volume free to be attached again or deleted. */
export function detachVolume({ volume }: VolumeRecord): void {
  volume.State = 'available'
  volume.Attachments = []
}

/** Lets go of the volumes that were to be detached while the guest used them. */
export function releaseBusyVolumes(life: Pick<Life, 'region' | 'record'>): void {
  for (const { volumeId, volume } of volumesOf(life)) {
    if (volume.volume.Attachments?.[0]?.State !== 'busy') continue
    const { instance } = life.record
    instance.BlockDeviceMappings = instance.BlockDeviceMappings?.filter(({ Ebs: ebs }) => ebs?.VolumeId !== volumeId)
    detachVolume(volume)
  }
}

/** Checks, then changes whether attached volumes go with their instance. Errors: InvalidInstanceAttributeValue. */
export function setDeleteOnTermination(
  life: Pick<Life, 'region' | 'record'>,
  mappings: readonly InstanceBlockDeviceMappingSpecification[]
): () => void {
  const attached = new Map(volumesOf(life).map(each => [each.device, each]))
  const missing = mappings.find(({ DeviceName: device = '' }) => !attached.has(device))
  if (missing) {
    const sentence = `No device is currently mapped at ${String(missing.DeviceName).slice(0, 60)}`
    throw new ServiceError('InvalidInstanceAttributeValue', sentence)
  }
  return () => {
    for (const { DeviceName: device = '', Ebs: ebs } of mappings) {
      const mapping = life.record.instance.BlockDeviceMappings?.find(each => each.DeviceName === device)
      const [attachment] = attached.get(device)?.volume.volume.Attachments ?? []
      const DeleteOnTermination = ebs?.DeleteOnTermination ?? true
      Object.assign(mapping?.Ebs ?? {}, { DeleteOnTermination })
      Object.assign(attachment ?? {}, { DeleteOnTermination })
    }
  }
}
