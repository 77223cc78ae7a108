import type {
  DisableImageDeregistrationProtectionRequest,
  DisableImageDeregistrationProtectionResult,
  EnableImageDeregistrationProtectionRequest,
  EnableImageDeregistrationProtectionResult
} from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../../errors.ts'
import type { Handler } from '../../handler.ts'
import type { ImageRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { findOwnImage } from '../image-access.ts'

const COOLDOWN_MS = 24 * 3600 * 1000

/**
 * Protects an image from being deregistered by anybody, at once. Asked for again, it takes the new form of protection.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableImageDeregistrationProtection.html
 */
export const enableImageDeregistrationProtection: Handler<
  EnableImageDeregistrationProtectionRequest,
  EnableImageDeregistrationProtectionResult
> = (input, call) => {
  if (!input.ImageId) throw missingParameter('ImageId')
  const record = findOwnImage(input.ImageId, call)
  stopDryRun(input)
  record.protection = { withCooldown: input.WithCooldown === true }
  record.coolsDownUntil = undefined
  return { Return: 'true' }
}

/**
 * Ends the protection: at once, or, if it was enabled with a cooldown, 24 hours later by the sandbox's clock.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableImageDeregistrationProtection.html
 */
export const disableImageDeregistrationProtection: Handler<
  DisableImageDeregistrationProtectionRequest,
  DisableImageDeregistrationProtectionResult
> = (input, call) => {
  if (!input.ImageId) throw missingParameter('ImageId')
  const record = findOwnImage(input.ImageId, call)
  stopDryRun(input)
  if (record.protection?.withCooldown) record.coolsDownUntil = new Date(call.now.getTime() + COOLDOWN_MS)
  record.protection = undefined
  return { Return: 'true' }
}

/** What EC2 shows as an image's DeregistrationProtection. */
export function protectionOf({ protection, coolsDownUntil }: ImageRecord, now: Date): string {
  if (protection) return protection.withCooldown ? 'enabled-with-cooldown' : 'enabled-without-cooldown'
  return coolsDownUntil && coolsDownUntil > now ? `disabled after ${coolsDownUntil.toISOString()}` : 'disabled'
}

/** Refuses to deregister a protected image. Errors: OperationNotPermitted. */
export function checkUnprotected(record: ImageRecord, now: Date): void {
  const state = protectionOf(record, now)
  if (state === 'disabled') return
  const sentence = `The image ${record.image.ImageId} cannot be deregistered: its deregistration protection is ${state}`
  throw new ServiceError('OperationNotPermitted', sentence)
}
