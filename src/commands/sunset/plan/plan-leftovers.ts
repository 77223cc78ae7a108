import type { AmiError } from '../../../errors.ts'
import { CLIENT_TOKEN_PREFIX } from '../../../image/client-token.ts'
import { TAGS } from '../../../image/tags.ts'
import type { MachineFacts, PlaceFacts, SnapshotFacts, SunsetFacts } from '../facts.ts'
import type { Policy } from '../policy.ts'
import { retentionDays } from './plan-bin.ts'
import { dateOf, later } from './plan-life.ts'
import type { Stop } from './plan-stops.ts'

/** What dead runs, and images that are gone, have left at a place. */
export interface Leftovers {
  readonly place: PlaceFacts
  readonly machines: readonly MachineFacts[]
  readonly snapshots: readonly SnapshotFacts[]
}

/** A run's deadline has to be this long gone before anybody else touches what is its own. */
const GRACE_SECONDS = 3_600
/** A snapshot without an image may be about to get one: no run takes this long. */
const ORPHAN_SECONDS = 7 * 86_400

const ALIVE: readonly string[] = ['pending', 'running', 'stopping', 'stopped', 'open', 'active', 'disabled']

/** What is ended or deleted at a place beside the images; snapshots only where nothing is in doubt. */
export function planLeftovers(
  place: PlaceFacts,
  { now }: SunsetFacts,
  policy: Policy,
  stops: readonly Stop[]
): Leftovers {
  const isStopped = stops.some(stop => stop.place === place.place)
  const machines = 'unknown' in place.machines ? [] : place.machines.value.filter(each => isDead(each, policy, now))
  const orphans =
    isStopped || 'unknown' in place.snapshots ? [] : place.snapshots.value.filter(isOrphan(place, policy, now))
  return {
    place,
    machines: [...machines].sort((a, b) => (a.id < b.id ? -1 : 1)),
    snapshots: orphans.sort((a, b) => (a.snapshotId < b.snapshotId ? -1 : 1)).slice(0, policy.maxImages)
  }
}

/** What can't be read of a place, which keeps what is left behind there from being found. */
export function findHidden({ images, snapshots, usedSnapshots, recycled, bin, machines }: PlaceFacts): AmiError[] {
  if ('unknown' in images) return []
  const reads = [snapshots, usedSnapshots, recycled, bin, machines]
  return [...new Set(reads.flatMap(read => ('unknown' in read ? [read.unknown] : [])))]
}

/** Tags may be on a machine of somebody's; a ClientToken of ours is not. */
function isDead({ kind, state, tags, clientToken, isManaged }: MachineFacts, { family }: Policy, now: Date): boolean {
  const deadline = dateOf(tags[TAGS.deadline])
  const isOurs = tags[TAGS.managed] === 'true' && tags[TAGS.family] === family && !isManaged
  const isLaunched = kind === 'spot request' || clientToken?.startsWith(CLIENT_TOKEN_PREFIX) === true
  return isOurs && isLaunched && ALIVE.includes(state) && deadline !== undefined && later(deadline, GRACE_SECONDS) < now
}

/** Tells whether a snapshot of ours belongs to no image any more, neither a living one nor one that may come back. */
function isOrphan(place: PlaceFacts, policy: Policy, now: Date): (snapshot: SnapshotFacts) => boolean {
  const { usedSnapshots, recycled, bin, images } = place
  if ('unknown' in usedSnapshots || 'unknown' in recycled || 'unknown' in bin || 'unknown' in images) return () => false
  const living = new Set(images.value.flatMap(({ imageId, snapshotIds }) => [imageId, ...snapshotIds]))
  return ({ snapshotId, tags, startedAt, isLocked, imageId }) => {
    const isOurs = tags[TAGS.managed] === 'true' && tags[TAGS.family] === policy.family && tags[TAGS.hold] === undefined
    const isOld = startedAt !== undefined && later(startedAt, ORPHAN_SECONDS) < now
    const isUsed = living.has(snapshotId) || living.has(imageId ?? '') || usedSnapshots.value.has(snapshotId)
    const mayComeBack = imageId === undefined ? recycled.value.size > 0 : recycled.value.has(imageId)
    const isKept = policy.allowPermanent || retentionDays(bin.value, 'EBS_SNAPSHOT', tags) > 0
    return isOurs && isOld && !isLocked && !isUsed && !mayComeBack && isKept
  }
}
