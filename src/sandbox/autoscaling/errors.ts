import { ServiceError } from '../errors.ts'

/**
 * What Auto Scaling answers to nearly everything that it does not accept.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/CommonErrors.html
 */
export const validationError = (sentence: string): ServiceError => new ServiceError('ValidationError', sentence)

/** What would change the outcome and the sandbox does not model is refused rather than ignored. */
export function refuseUnmodelled(input: object, names: readonly string[]): void {
  const found = names.find(name => (input as Record<string, unknown>)[name] !== undefined)
  if (!found) return
  throw new ServiceError('UnsupportedOperation', `The sandbox does not model ${found}`)
}
