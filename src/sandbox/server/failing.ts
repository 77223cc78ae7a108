import type { Call } from '../handler.ts'
import type { Rights } from '../policies/authorise.ts'
import { lacksKey, type NeedsKeys } from '../policies/key-needs.ts'
import type { ImageRecord } from '../world/records.ts'
import type { Region } from '../world/region.ts'
import { textsIn } from './texts.ts'

/** What lets the resources of a call fail: a key that is not accessible, or a reason that a fault gives. */
export type Failure = 'denied key' | { readonly Code: string; readonly Message: string }

const ON_LAUNCH = { Code: 'Client.InternalError', Message: 'Client.InternalError: Client error on launch' }
const NO_KEY = { Code: 'Client.InvalidKMSKey.InvalidState', Message: 'Given key ID is not accessible' }

/**
 * Lets what a call has made, or started, fail as late as on EC2: the images, snapshots, volumes and instances in its
 * answer that are still pending. A key that is not accessible spoils an image through its snapshots.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Snapshot.html (statusMessage)
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html
 */
export function letFail(answer: object | undefined, failure: Failure, { region }: Call): void {
  const made = pendingIn(answer, region)
  if (failure === 'denied key')
    for (const resource of made.flatMap(each => thatNeedKeys(each, region))) denyKey(resource)
  else for (const resource of made) resource.failure = failure
}

/** Lets those of them fail that need a key which the caller's policies deny it. */
export function letFailForKeys(answer: object | undefined, rights: Rights, call: Call): void {
  const resources = pendingIn(answer, call.region).flatMap(each => thatNeedKeys(each, call.region))
  for (const resource of resources) if (lacksKey(resource, rights, call)) denyKey(resource)
}

function denyKey(resource: NeedsKeys): void {
  resource.failure = 'instance' in resource ? ON_LAUNCH : NO_KEY
}

type Pending = ImageRecord | NeedsKeys

function pendingIn(answer: object | undefined, { images, instances, snapshots, volumes }: Region): Pending[] {
  return [...new Set(textsIn(answer))].flatMap((id): Pending[] => {
    const [image, instance, snapshot] = [images.get(id), instances.get(id), snapshots.get(id)]
    if (image?.image.State === 'pending') return [image]
    if (instance?.instance.State?.Name === 'pending') return [instance]
    if (snapshot?.snapshot.State === 'pending') return [snapshot]
    const volume = volumes.get(id)
    return volume?.volume.State === 'creating' ? [volume] : []
  })
}

function thatNeedKeys(resource: Pending, { snapshots }: Region): NeedsKeys[] {
  if (!('image' in resource)) return [resource]
  return (resource.image.BlockDeviceMappings ?? []).flatMap(
    ({ Ebs: ebs }) => snapshots.get(ebs?.SnapshotId ?? '') ?? []
  )
}
