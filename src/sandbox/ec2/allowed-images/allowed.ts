import type { Call } from '../../handler.ts'
import type { ImageRecord } from '../../world/records.ts'
import { compileCriterion } from './criterion.ts'

/** Who looks, in which region: the settings are one account and region's. */
export type AllowedFor = Pick<Call, 'account' | 'region' | 'world'>

/**
 * Whether an account's criteria allow an image; undefined where the account has disabled its settings, and nothing is
 * judged. Its own images are always allowed; where there are no criteria, no others are.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-allowed-amis.html
 */
export const isImageAllowed = (record: ImageRecord, viewer: AllowedFor): boolean | undefined =>
  compileAllowed(viewer)?.(record)

/** `isImageAllowed` for many images. */
export function compileAllowed({ account, region, world }: AllowedFor): ((record: ImageRecord) => boolean) | undefined {
  const { state, criteria } = region.allowedImages.get(account) ?? { state: 'disabled', criteria: [] }
  if (state === 'disabled') return undefined
  const tests = criteria.map(compileCriterion)
  const now = world.clock.now()
  return record => record.ownerId === account || tests.some(test => test(record, now))
}

/** Whether an account that enforces its criteria can neither see nor use an image; in audit mode it can. */
export function compileHidden(viewer: AllowedFor): (record: ImageRecord) => boolean {
  const isEnforced = viewer.region.allowedImages.get(viewer.account)?.state === 'enabled'
  const isAllowed = isEnforced ? compileAllowed(viewer) : undefined
  return record => isAllowed?.(record) === false
}
