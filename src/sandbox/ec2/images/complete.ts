import type { Transition } from '../../world/transition.ts'
import { completeSnapshot } from '../snapshots/make-snapshot.ts'

/**
 * Completes a pending image and its snapshots. One whose snapshot has failed fails, as EC2's do.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Image.html (imageState)
 */
export const completingImage: Transition<{ region: string; imageId: string }> = {
  name: 'complete an image',
  act: (world, { region: name, imageId }) => {
    const region = world.usedRegion(name)
    const { image, failure } = region?.images.get(imageId) ?? {}
    if (!region || image?.State !== 'pending') return
    const snapshots = (image.BlockDeviceMappings ?? []).flatMap(
      ({ Ebs: ebs }) => region.snapshots.get(ebs?.SnapshotId ?? '') ?? []
    )
    for (const snapshot of snapshots) completeSnapshot(snapshot, world.clock.now())
    const failed = snapshots.find(({ snapshot }) => snapshot.State === 'error')
    image.State = failed || failure ? 'failed' : 'available'
    if (failure) image.StateReason = failure
    else if (failed) {
      const { SnapshotId: id, StateMessage: why = 'its volume is gone' } = failed.snapshot
      image.StateReason = { Code: 'Client.InvalidSnapshot.Failed', Message: `Snapshot ${id} failed: ${why}` }
    }
  }
}
