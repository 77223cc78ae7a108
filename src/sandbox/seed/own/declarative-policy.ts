import type { ImageCriterionRequest } from '@aws-sdk/client-ec2'
import * as z from 'zod/mini'
import { readCriteria } from '../../ec2/allowed-images/read-criteria.ts'
import type { Call } from '../../handler.ts'

/** What the account's organization has set for the account, which cannot change it. */
export const declarativePolicy = z.strictObject({
  /** As GetAllowedImagesSettings answers them. */
  allowedImages: z.strictObject({
    State: z.enum(['disabled', 'audit-mode', 'enabled']),
    ImageCriteria: z._default(z.array(z.custom<ImageCriterionRequest>(value => value instanceof Object)), [])
  })
})

/** Errors: those of ReplaceImageCriteriaInAllowedImagesSettings. */
export function declare({ allowedImages }: z.infer<typeof declarativePolicy>, { region, account }: Call): void {
  const { State: state, ImageCriteria } = allowedImages
  region.allowedImages.set(account, { state, criteria: readCriteria(ImageCriteria), isDeclared: true })
}
