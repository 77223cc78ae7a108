import type { FastLaunchStateCode } from '@aws-sdk/client-ec2'
import type { Region } from '../../world/region.ts'
import type { Transition } from '../../world/transition.ts'
import type { World } from '../../world/world.ts'
import { type FastLaunchRecord, keyOf } from './record.ts'
import { addSnapshots, removeSnapshots } from './snapshots.ts'

interface Change {
  readonly region: string
  readonly key: string
  /** When it began: it may have been asked for something else since. */
  readonly since: Date
}

/** Enters a state that a request asks for, and passes on from it in its time. */
export function begin(record: FastLaunchRecord, state: 'enabling' | 'disabling', region: Region, world: World): void {
  const since = world.clock.now()
  const key = keyOf(record.item.ImageId, record.ownerId)
  region.fastLaunches.set(key, enter(record, state, 'Client.UserInitiated', since))
  world.after('fastLaunch', state === 'enabling' ? enabling : disabling, { region: region.name, key, since })
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/win-view-fast-launch.html */
const enabling: Transition<Change> = {
  name: 'enable the fast launch of an image',
  act: (world, change) => {
    const { region, record } = find(world, change, 'enabling') ?? {}
    if (!region || !record) return
    const now = world.clock.now()
    const { ImageId } = record.item
    const image = region.images.get(ImageId)
    if (image) {
      addSnapshots(image, record, region, now)
      enter(record, 'enabled', 'Client.UserInitiated - Lifecycle state transition', now)
    } else {
      enter(record, 'enabling-failed', `Client.InvalidAMIID.NotFound - The image id '[${ImageId}]' does not exist`, now)
    }
  }
}

/** Once its snapshots have gone, an image is no longer listed. */
const disabling: Transition<Change> = {
  name: 'disable the fast launch of an image',
  act: async (world, change) => {
    const { region, record } = find(world, change, 'disabling') ?? {}
    if (!region || !record) return
    region.fastLaunches.delete(change.key)
    await removeSnapshots(record, region, world)
  }
}

function find(world: World, { region: name, key, since }: Change, state: FastLaunchStateCode) {
  const region = world.usedRegion(name)
  const record = region?.fastLaunches.get(key)
  if (!region || record?.item.State !== state) return undefined
  return record.item.StateTransitionTime?.getTime() === since.getTime() ? { region, record } : undefined
}

function enter(record: FastLaunchRecord, State: FastLaunchStateCode, why: string, now: Date): FastLaunchRecord {
  record.item = { ...record.item, State, StateTransitionReason: why, StateTransitionTime: now }
  return record
}

export const fastLaunchTransitions = [enabling, disabling] as const
