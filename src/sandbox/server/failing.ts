import type { Call } from '../handler.ts'
import type { Resource } from '../world/records.ts'
import type { Region } from '../world/region.ts'
import { textsIn } from './texts.ts'

/** What lets the resources of a call fail: a key that is not accessible, or a reason that a fault gives. */
export type Failure = 'denied key' | { readonly Code: string; readonly Message: string }

const ON_LAUNCH = { Code: 'Client.InternalError', Message: 'Client.InternalError: Client error on launch' }
const NO_KEY = { Code: 'Client.InvalidKMSKey.InvalidState', Message: 'Given key ID is not accessible' }

/**
 * Lets what a call has made, or started, fail as late as on EC2: the images, snapshots and instances in its answer that
 * are still pending. A key that is not accessible spoils an image through its snapshots.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Snapshot.html (statusMessage)
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html
 */
export function letFail(answer: object | undefined, failure: Failure, { region }: Call): void {
  for (const id of textsIn(answer)) {
    for (const resource of pendingOf(id, region, failure === 'denied key')) {
      const denied = 'instance' in resource ? ON_LAUNCH : NO_KEY
      resource.failure = failure === 'denied key' ? denied : failure
    }
  }
}

function pendingOf(id: string, region: Region, throughSnapshots: boolean): Resource[] {
  const image = region.images.get(id)
  if (image?.image.State === 'pending') {
    const snapshots = image.image.BlockDeviceMappings?.flatMap(({ Ebs: ebs }) => ebs?.SnapshotId ?? []) ?? []
    return throughSnapshots ? snapshots.flatMap(snapshot => pendingOf(snapshot, region, true)) : [image]
  }
  const instance = region.instances.get(id)
  if (instance?.instance.State?.Name === 'pending') return [instance]
  const snapshot = region.snapshots.get(id)
  return snapshot?.snapshot.State === 'pending' ? [snapshot] : []
}
