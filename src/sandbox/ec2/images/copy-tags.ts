import type { CopyImageRequest } from '@aws-sdk/client-ec2'
import type { Call } from '../../handler.ts'
import type { ImageRecord } from '../../world/records.ts'
import { addTags, tagsFor } from '../tags.ts'

/** Tags whose keys start so are shared with those who may use the image. */
const SHARED = 'ec2:SharedTag/'

/**
 * The tags of a copied image: those of the request, and with CopyImageTags those of the source before them. System tags
 * are not copied; of another account's image only tags that it shares.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopyImage.html (CopyImageTags)
 */
export function copiedTags(input: CopyImageRequest, { ownerId, tags }: ImageRecord, call: Call): Map<string, string> {
  const given = tagsFor('image', input.TagSpecifications, ['image', 'snapshot'])
  const isCopied = (key: string) => !key.startsWith('aws:') && (ownerId === call.account || key.startsWith(SHARED))
  const copied = input.CopyImageTags ? [...tags].filter(([key]) => isCopied(key)) : []
  const all = new Map(copied)
  addTags(
    all,
    [...given].map(([Key, Value]) => ({ Key, Value }))
  )
  return all
}
