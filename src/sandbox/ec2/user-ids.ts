import { ServiceError } from '../errors.ts'

/**
 * Refuses an owner or user that is neither an account id nor one of these names. Errors: InvalidUserID.Malformed.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-error-codes.html (InvalidUserID.Malformed)
 */
export function checkUser(user: string, names: readonly string[]): void {
  if (names.includes(user) || /^\d{12}$/.test(user)) return
  throw new ServiceError('InvalidUserID.Malformed', `Invalid user id: "${user.slice(0, 60)}"`)
}
