import type { Image } from '@aws-sdk/client-ec2'
import { AmiError } from '../errors.ts'

/** What an image costs beside its instance: RegisterImage loses it. */
export interface Billing {
  readonly platformDetails: string
  readonly usageOperation: string
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-info-fields.html */
export const billingOf = ({ PlatformDetails = '', UsageOperation = '' }: Image): Billing => ({
  platformDetails: PlatformDetails,
  usageOperation: UsageOperation
})

/** What is wrong with a registered image: it is not billed as what it was made from, where that is known. */
export function findLostBilling(billing: Billing | undefined, image: Image): AmiError | undefined {
  const found = billingOf(image)
  if (
    !billing ||
    (billing.platformDetails === found.platformDetails && billing.usageOperation === found.usageOperation)
  )
    return undefined
  const say = ({ platformDetails, usageOperation }: Billing) => `${platformDetails} (${usageOperation})`
  const hint = 'Copy or launch the image that the snapshot belongs to instead: only that keeps its billing codes.'
  return new AmiError('BASE', `Expected an image billed as ${say(billing)}, RegisterImage made one of ${say(found)}`, {
    hint
  })
}
