import { ServiceError } from '../../errors.ts'
import type { Call } from '../../handler.ts'
import type { Region } from '../../world/region.ts'
import { isRegion } from '../../world/regions.ts'

/**
 * The region that a copy is made from. Errors: InvalidRegion.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-error-codes.html (InvalidRegion)
 */
export function sourceRegion(name: string, { world, region, account }: Call): Region {
  // The caller may see an older state of its own region.
  if (name === region.name) return region
  if (isRegion(name)) return world.region(name, account)
  const sentence = `The region ${name.slice(0, 40)} is not valid: specify the source Region using its Region code`
  throw new ServiceError('InvalidRegion', sentence)
}
