import { AmiError } from '../../../errors.ts'
import type { PlaceFacts } from '../facts.ts'
import type { Policy } from '../policy.ts'

/** Why nothing is taken away at a place. */
export interface Stop {
  readonly place: string
  readonly error: AmiError
}

/** What is not known of a place, or not believed: each stops every disable, deregister and delete there. */
export function findStops(place: PlaceFacts, policy: Policy): Stop[] {
  const images = 'unknown' in place.images ? [place.images.unknown] : []
  const missing = place.sources.flatMap(({ missing: error }) => error ?? [])
  const unread = [...place.details.values()].flatMap(({ namedBy, launchPermissions, usage }) =>
    [namedBy, launchPermissions, usage].flatMap(each => ('unknown' in each ? [each.unknown] : []))
  )
  const unknown = [...new Map([...images, ...missing, ...unread].map(error => [error.message, error])).values()]
  const floor = missing.length === 0 ? checkFloor(place, policy) : []
  return [...unknown, ...floor].map(error => ({ place: place.place, error }))
}

/** Where the family has no image, nothing has to be in use. */
function checkFloor({ sources, images }: PlaceFacts, { inUseFloor }: Policy): AmiError[] {
  if ('value' in images && images.value.length === 0) return []
  const used = new Set(sources.flatMap(({ uses }) => uses.map(({ imageId }) => imageId))).size
  if (used >= inUseFloor) return []
  const hint = 'If that is right, lower `sunset: { in-use-floor: … }` in the recipe.'
  const least = inUseFloor === 1 ? 'one image' : `${inUseFloor} images`
  return [new AmiError('EC2', `Expected at least ${least} in use, found ${used}: too few to be believed`, { hint })]
}

/** More than this at once is a clock or an inventory that is wrong, unless the recipe allows as much. */
const MAX_BELIEVABLE_PERCENT = 50

/** Whether more of a place's images would be taken away at once than can be right. */
export function checkShare(place: string, count: number, total: number, policy: Policy): Stop[] {
  const percent = Math.max(MAX_BELIEVABLE_PERCENT, policy.maxPercent)
  if (count <= policy.maxImages || count * 100 <= total * percent) return []
  const sentence = `Expected at most ${percent} % of ${total} images to be due at once, found ${count}`
  const hint = 'Look whether the dates are right; `sunset: { max-percent: 100 }` in the recipe lets it be.'
  return [{ place, error: new AmiError('EC2', sentence, { hint }) }]
}

/** How many images of a place may enter one stage in one run: at least one, unless the recipe says none. */
export function limitOf(total: number, { maxImages, maxPercent }: Policy): number {
  if (maxPercent === 0) return 0
  return Math.min(maxImages, Math.max(1, Math.floor((total * maxPercent) / 100)))
}
