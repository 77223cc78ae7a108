import { ServiceError } from '../errors.ts'

/** @see https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_CreateRule.html#API_CreateRule_Errors */
export const invalid = (sentence: string): ServiceError => new ServiceError('ValidationException', sentence)

/** The rule's state does not allow it. */
export const conflict = (sentence: string): ServiceError => new ServiceError('ConflictException', sentence, 409)

export const notFound = (id: string): ServiceError =>
  new ServiceError('ResourceNotFoundException', `Rule ${id.slice(0, 40)} does not exist.`, 404)

export const quotaExceeded = (sentence: string): ServiceError =>
  new ServiceError('ServiceQuotaExceededException', sentence, 402)
