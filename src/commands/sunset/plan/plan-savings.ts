import { snapshotsOf } from './plan-bin.ts'
import type { Decision } from './plan-decision.ts'

const GIB = 2 ** 30

/**
 * AWS's own worked example, in dollars for a GiB and month.
 *
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-archive-pricing.html
 */
const USD_PER_GIB_MONTH = 0.05

/** What deregistering saves, once the Recycle Bin has let go: between nothing and all that the snapshots hold. */
export interface Savings {
  readonly images: number
  /** A snapshot shares its blocks with others of its line: what is its own alone, nobody says without reading them all. */
  readonly leastGib: 0
  readonly mostGib: number
  readonly mostUsdPerMonth: number
}

/** Deprecating and disabling save nothing: the snapshots are still there. */
export function estimateSavings(decisions: readonly Decision[]): Savings {
  const gone = decisions.filter(({ action }) => action === 'deregister')
  const sizes = new Map(
    gone.flatMap(({ subject }) =>
      snapshotsOf(subject).map(({ snapshotId, sizeBytes }) => [snapshotId, sizeBytes] as const)
    )
  )
  const mostGib = Math.round(([...sizes.values()].reduce((sum, bytes) => sum + bytes, 0) / GIB) * 10) / 10
  const mostUsdPerMonth = Math.round(mostGib * USD_PER_GIB_MONTH * 100) / 100
  return { images: gone.length, leastGib: 0, mostGib, mostUsdPerMonth }
}
