import type { CreateImageRequest, CreateImageResult } from '@aws-sdk/client-ec2'
import { missingParameter } from '../../errors.ts'
import type { Call, Handler } from '../../handler.ts'
import type { ImageRecord, SnapshotRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { halt } from '../instances/guest-end.ts'
import { reboot } from '../instances/guest-life.ts'
import { type Life, lifeTransition } from '../instances/life.ts'
import { stateOf } from '../instances/states.ts'
import { find } from '../lookup.ts'
import { freezeContent, makeSnapshot } from '../snapshots/make-snapshot.ts'
import { secondsFor } from '../snapshots/snapshot-duration.ts'
import { tagsFor } from '../tags.ts'
import { completingImage } from './complete.ts'
import { type ImageVolume, planDevices } from './image-devices.ts'
import { checkImageName } from './image-name.ts'
import { makeImage } from './make-image.ts'
import { bootModeOf, checkSource, inherit } from './source.ts'

/**
 * Makes an image of an instance: a snapshot of every attached volume, each encrypted as its volume is. A running
 * instance is rebooted for it unless NoReboot says otherwise.
 *
 * @lacks Local Zones and Outposts
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html
 */
export const createImage: Handler<CreateImageRequest, CreateImageResult> = async (input, call) => {
  const { InstanceId: id, Name: name, TagSpecifications: tags } = input
  if (!id) throw missingParameter('InstanceId')
  if (!name) throw missingParameter('Name')
  const instance = find('instance', id, call.region.instances, record => record.ownerId === call.account)
  checkImageName(name, call)
  const [imageTags, snapshotTags] = (['image', 'snapshot'] as const).map(type =>
    tagsFor(type, tags, ['image', 'snapshot'])
  )
  checkSource(instance, input)
  const BootMode = bootModeOf(instance, input.BootModeOverride)
  const { volumes, added } = planDevices(instance, input.BlockDeviceMappings ?? [], call)
  stopDryRun(input)
  const { uefiData } = call.region.images.get(instance.instance.ImageId ?? '') ?? {}
  const made = { ...inherit(instance, call), BootMode, Name: name, Description: input.Description }
  const image = makeImage({ tags: imageTags ?? new Map(), uefiData, image: made }, call)
  const snapshots = volumes.map(volume => snapshotFor(volume, image, snapshotTags ?? new Map(), call))
  const devices = volumes.map(({ device, ebs }, i) => ({
    DeviceName: device,
    Ebs: { ...ebs, SnapshotId: snapshots[i]?.snapshot.SnapshotId }
  }))
  image.image.BlockDeviceMappings = [...devices, ...added]
  await call.world.schedule.now(freezingImage, {
    region: call.region.name,
    instanceId: id,
    imageId: image.image.ImageId,
    volumes: volumes.map(({ volume }, i) => ({
      volumeId: volume.volume.VolumeId,
      snapshotId: snapshots[i]?.snapshot.SnapshotId ?? ''
    })),
    reboot: !input.NoReboot
  })
  return { ImageId: image.image.ImageId }
}

interface Freezing {
  readonly imageId: string
  readonly volumes: readonly { readonly volumeId: string; readonly snapshotId: string }[]
  readonly reboot: boolean
}

/** In the instance's turn: a termination that comes meanwhile deletes its volumes only afterwards. */
const freezingImage = lifeTransition<Freezing>(
  'freeze what an image holds',
  async (life, { imageId, volumes, reboot }) => {
    const freeze = async () => {
      await Promise.all(volumes.map(({ volumeId, snapshotId }) => freezeContent(life, snapshotId, volumeId)))
    }
    await (reboot ? duringReboot(life, freeze) : freeze())
    const { world, region } = life
    const seconds = Math.max(0, ...volumes.map(({ volumeId }) => secondsFor(region.volumes.get(volumeId), region)))
    const completesAt = world.after(seconds, completingImage, { region: region.name, imageId })
    for (const { snapshotId } of volumes) Object.assign(region.snapshots.get(snapshotId) ?? {}, { completesAt })
  }
)

/** Acts while a running guest is down, so that all which it had in memory is on its volumes. */
async function duringReboot(life: Life, act: () => Promise<void>): Promise<void> {
  if (stateOf(life.record) !== 'running') return act()
  try {
    await halt(life, false)
    await act()
  } finally {
    reboot(life)
  }
}

function snapshotFor(
  { volume }: ImageVolume,
  { image }: ImageRecord,
  tags: ReadonlyMap<string, string>,
  call: Call
): SnapshotRecord {
  const description = `Created by CreateImage(${image.SourceInstanceId}) for ${image.ImageId}`
  return makeSnapshot(volume, { description, tags }, call)
}

export const createImageTransitions = [freezingImage]
