import type { Image } from '@aws-sdk/client-ec2'
import type { Clients } from '../../../aws/aws.ts'
import { toFamilyImage } from '../../../image/family-image.ts'
import { readFamily } from '../../observe-family.ts'
import type { ImageFacts } from '../facts.ts'
import { dateOf } from '../plan/plan-life.ts'

/** All images of a family that the account owns at a place. */
export const observeImages = async (clients: Clients, family: string): Promise<ImageFacts[]> =>
  (await readFamily(clients, family)).map(toImageFacts)

/** What of EC2's description a sunset decides by. */
export function toImageFacts(image: Image): ImageFacts {
  const { imageId, name, state, tags } = toFamilyImage(image)
  const [deprecatedAt, lastLaunchedAt] = [dateOf(image.DeprecationTime), dateOf(image.LastLaunchedTime)]
  return {
    imageId,
    name,
    state,
    tags,
    ownerId: image.OwnerId ?? '',
    architecture: image.Architecture ?? '',
    isPublic: image.Public === true,
    snapshotIds: (image.BlockDeviceMappings ?? []).flatMap(({ Ebs: ebs }) => ebs?.SnapshotId ?? []),
    protection: image.DeregistrationProtection ?? '',
    ...(deprecatedAt && { deprecatedAt }),
    ...(lastLaunchedAt && { lastLaunchedAt })
  }
}
