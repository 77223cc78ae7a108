import type { DescribeFastLaunchImagesSuccessItem } from '@aws-sdk/client-ec2'

/** Windows fast launch of one image for one account, as DescribeFastLaunchImages answers it. */
export interface FastLaunchRecord {
  /** Who enabled it: not always the image's owner. */
  readonly ownerId: string
  readonly tags: ReadonlyMap<string, string>
  item: DescribeFastLaunchImagesSuccessItem & { readonly ImageId: string }
}

export const keyOf = (imageId: string, account: string): string => `${imageId}/${account}`
