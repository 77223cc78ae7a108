import type { Transition } from '../../world/transition.ts'
import { failForKeys } from '../snapshots/copy-keys.ts'

/**
 * Lets a copied image fail whose snapshots cannot be copied for want of a key: EC2 checks keys only after it has accepted
 * a copy. The sentence is EC2's; which code goes with it is not documented.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopyImage.html (KmsKeyId)
 */
export const checkingCopiedImage: Transition<{ region: string; imageId: string }> = {
  name: 'check the keys of a copied image',
  act: (world, { region: name, imageId }) => {
    const region = world.usedRegion(name)
    const { image } = region?.images.get(imageId) ?? {}
    if (!region || image?.State !== 'pending') return
    const copies = (image.BlockDeviceMappings ?? []).flatMap(
      ({ Ebs: ebs }) => region.snapshots.get(ebs?.SnapshotId ?? '') ?? []
    )
    const [trouble] = copies.flatMap(copy => failForKeys(world, region, copy) ?? [])
    if (!trouble) return
    image.State = 'failed'
    image.StateReason = { Code: 'Client.InternalError', Message: `AMI snapshot copy failed with error: ${trouble}` }
  }
}
