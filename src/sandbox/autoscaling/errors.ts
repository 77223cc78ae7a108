import { ServiceError } from '../errors.ts'

/**
 * What Auto Scaling answers to nearly everything that it does not accept.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/CommonErrors.html
 */
export const validationError = (sentence: string): ServiceError => new ServiceError('ValidationError', sentence)
