import type {
  AttachImageWatermarkRequest,
  AttachImageWatermarkResult,
  DetachImageWatermarkRequest,
  DetachImageWatermarkResult,
  ImageWatermark
} from '@aws-sdk/client-ec2'
import { invalidValue, missingParameter, ServiceError } from '../../errors.ts'
import type { Handler, Handlers } from '../../handler.ts'
import { stopDryRun } from '../dryrun.ts'
import { findOwnImage } from '../image-access.ts'

const MOST_WATERMARKS = 5
const NAME = /^[A-Za-z0-9()[\] ./\-'@_]{3,128}$/

/**
 * Attaches a watermark to an image of the caller's own that is not public. Images that are made of it, by CopyImage or
 * by CreateImage from its instances, have it too; one that is there already stays as it is.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-watermark.html
 */
const attachImageWatermark: Handler<AttachImageWatermarkRequest, AttachImageWatermarkResult> = (input, call) => {
  const { ImageId: id, WatermarkName: name } = input
  if (!id) throw missingParameter('ImageId')
  if (!name) throw missingParameter('WatermarkName')
  const { image } = findOwnImage(id, call)
  if (!NAME.test(name)) throw invalidValue('WatermarkName', name, "3 to 128 letters, numbers and ()[] ./-'@_")
  if (image.Public)
    throw new ServiceError('OperationNotPermitted', `The image ${id} is public and can have no watermark`)
  const { ImageWatermarks: marks = [] } = image
  const WatermarkKey = `${call.account}:${name}`
  const isThere = marks.some(mark => mark.WatermarkKey === WatermarkKey)
  if (!isThere && marks.length >= MOST_WATERMARKS) {
    throw new ServiceError('ResourceLimitExceeded', `The image ${id} has ${MOST_WATERMARKS} watermarks already`)
  }
  stopDryRun(input)
  const mark: ImageWatermark = {
    WatermarkKey,
    SourceImageId: id,
    SourceImageRegion: call.region.name,
    SourceImageCreationTime: new Date(image.CreationDate ?? call.now),
    WatermarkCreationTime: call.now
  }
  // A list of its own: copies have the one that their source had.
  if (!isThere) image.ImageWatermarks = [...marks, mark]
  return { WatermarkKey }
}

/**
 * Takes a watermark off an image of the caller's own, whoever attached it; images that were made of it keep theirs.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachImageWatermark.html
 */
const detachImageWatermark: Handler<DetachImageWatermarkRequest, DetachImageWatermarkResult> = (input, call) => {
  const { ImageId: id, WatermarkKey: key } = input
  if (!id) throw missingParameter('ImageId')
  if (!key) throw missingParameter('WatermarkKey')
  const { image } = findOwnImage(id, call)
  if (!/^\d{12}:/.test(key)) throw invalidValue('WatermarkKey', key, 'accountId:watermarkName')
  stopDryRun(input)
  const left = image.ImageWatermarks?.filter(mark => mark.WatermarkKey !== key)
  image.ImageWatermarks = left?.length ? left : undefined
  return { Return: true }
}

export const watermarkHandlers = {
  AttachImageWatermark: attachImageWatermark,
  DetachImageWatermark: detachImageWatermark
} satisfies Handlers
