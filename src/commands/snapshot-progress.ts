import type { Snapshot } from '@aws-sdk/client-ec2'

/** How far the snapshots of an image are, and when the next look is worth its call. */
export interface SnapshotProgress {
  readonly text: string
  readonly nextLookSeconds: number
}

const MIN_SECONDS = 2
/** What EC2 says of its progress may be far from even. */
const MAX_SECONDS = 180
/** Of the time that seems to be left. */
const SHARE = 2 / 3

/**
 * What pending snapshots tell; pure. Looks come at two thirds of the time that is left, by the slowest. Result: undefined where
 * none is pending: then their image has more to tell.
 */
export function readProgress(snapshots: readonly Snapshot[], elapsedSeconds: number): SnapshotProgress | undefined {
  if (!snapshots.some(({ State: state }) => state === 'pending') || snapshots.some(hasFailed)) return undefined
  const percents = snapshots.map(({ Progress: progress }) => Number.parseInt(progress || '0', 10))
  const slowest = Math.min(...percents)
  const leftSeconds = slowest > 0 ? (elapsedSeconds * (100 - slowest)) / slowest : elapsedSeconds / SHARE
  return {
    text: `, snapshots ${percents.map(percent => `${percent}%`).join(', ')}`,
    nextLookSeconds: Math.min(Math.max(leftSeconds * SHARE, MIN_SECONDS), MAX_SECONDS)
  }
}

const hasFailed = ({ State: state }: Snapshot): boolean => state === 'error'
