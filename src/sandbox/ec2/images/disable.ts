import type {
  DisableImageRequest,
  DisableImageResult,
  EnableImageRequest,
  EnableImageResult
} from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../../errors.ts'
import type { Call, Handler } from '../../handler.ts'
import type { ImageRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { findOwnImage } from '../image-access.ts'
import { setPermissions } from './sharing.ts'

/**
 * Disables an image: nobody can launch it, and all its launch permissions are gone for good.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/disable-an-ami.html
 */
export const disableImage: Handler<DisableImageRequest, DisableImageResult> = (input, call) => {
  const record = findSettled(input.ImageId, call)
  stopDryRun(input)
  record.image.State = 'disabled'
  setPermissions(record, [])
  return { Return: true }
}

/**
 * Makes a disabled image available again; with whom it was shared, it does not know.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/disable-an-ami.html
 */
export const enableImage: Handler<EnableImageRequest, EnableImageResult> = (input, call) => {
  const record = findSettled(input.ImageId, call)
  stopDryRun(input)
  record.image.State = 'available'
  return { Return: true }
}

/** The caller's own image, available or disabled: to ask for what it is already changes nothing. */
function findSettled(id: string | undefined, call: Call): ImageRecord {
  if (!id) throw missingParameter('ImageId')
  const record = findOwnImage(id, call)
  const { State: state } = record.image
  if (state === 'available' || state === 'disabled') return record
  throw new ServiceError('InvalidAMIID.Unavailable', `The image ID '${id}' is currently ${state}`)
}
