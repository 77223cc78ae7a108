import type {
  DisableImageDeprecationRequest,
  DisableImageDeprecationResult,
  EnableImageDeprecationRequest,
  EnableImageDeprecationResult,
  Image
} from '@aws-sdk/client-ec2'
import { invalidValue, missingParameter, ServiceError } from '../../errors.ts'
import type { Handler } from '../../handler.ts'
import { stopDryRun } from '../dryrun.ts'
import { findOwnImage } from '../image-access.ts'

const MINUTE_MS = 60_000
const MAX_YEARS = 10
const MAX_YEARS_PUBLIC = 2

/**
 * Sets when an image becomes deprecated, rounded to the minute: not in the past, and ten years ahead at the most; for a
 * public image two years after its creation, and no later than is set already.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableImageDeprecation.html
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-deprecate.html
 */
export const enableImageDeprecation: Handler<EnableImageDeprecationRequest, EnableImageDeprecationResult> = (
  input,
  call
) => {
  if (!input.ImageId) throw missingParameter('ImageId')
  if (!input.DeprecateAt) throw missingParameter('DeprecateAt')
  const { image } = findOwnImage(input.ImageId, call)
  const asked = new Date(input.DeprecateAt)
  const at = new Date(Math.round(asked.getTime() / MINUTE_MS) * MINUTE_MS)
  if (!(asked >= call.now)) throw invalid(asked, 'a date that is not in the past')
  if (at > yearsAfter(call.now, MAX_YEARS)) throw invalid(at, `a date up to ${MAX_YEARS} years from now`)
  if (image.Public) checkPublic(image, at)
  stopDryRun(input)
  image.DeprecationTime = at.toISOString()
  return { Return: true }
}

function checkPublic(image: Image, at: Date): void {
  if (at > publicUntil(image)) throw invalid(at, `a date up to ${MAX_YEARS_PUBLIC} years from the AMI creation date`)
  if (image.DeprecationTime && at > new Date(image.DeprecationTime)) throw publicImage(image, 'moved to a later date')
}

/**
 * Cancels the deprecation of an image, be it past or to come. A public image cannot do without.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableImageDeprecation.html
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-deprecate.html
 */
export const disableImageDeprecation: Handler<DisableImageDeprecationRequest, DisableImageDeprecationResult> = (
  input,
  call
) => {
  if (!input.ImageId) throw missingParameter('ImageId')
  const { image } = findOwnImage(input.ImageId, call)
  if (image.Public) throw publicImage(image, 'cancelled')
  stopDryRun(input)
  image.DeprecationTime = undefined
  return { Return: true }
}

/** Until when a public image can go without being deprecated: two years from its creation, in whole minutes. */
export function publicUntil({ CreationDate: created = '' }: Image): Date {
  const end = yearsAfter(new Date(created), MAX_YEARS_PUBLIC).getTime()
  return new Date(Math.round(end / MINUTE_MS) * MINUTE_MS)
}

function yearsAfter(date: Date, years: number): Date {
  const later = new Date(date)
  later.setUTCFullYear(later.getUTCFullYear() + years)
  return later
}

const invalid = (at: Date, expected: string) =>
  invalidValue('DeprecateAt', Number.isNaN(at.getTime()) ? 'no date' : at.toISOString(), expected)

const publicImage = ({ ImageId: id }: Image, what: string): ServiceError =>
  new ServiceError('OperationNotPermitted', `The deprecation of a public image cannot be ${what}: make ${id} private`)
