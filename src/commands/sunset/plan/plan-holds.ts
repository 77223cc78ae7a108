import { formatDuration } from '../../../image/duration.ts'
import { TAGS } from '../../../image/tags.ts'
import { findBinProblem, snapshotsOf } from './plan-bin.ts'
import type { Context } from './plan-context.ts'
import { findLineOf, findSuccessor, isPublished } from './plan-heads.ts'
import { keeperKey } from './plan-keepers.ts'
import { bakedAt, dateOf, expiresAt, hasFailed, later } from './plan-life.ts'
import { type Reason, reason } from './plan-reason.ts'
import type { Subject } from './plan-subjects.ts'
import { findUsageProblem } from './plan-usage.ts'

/** Looks for one reason to keep an image as it is. */
type Hold = (subject: Subject, context: Context) => Reason | undefined

const day = (date: Date): string => date.toISOString().slice(0, 10)

const published: Hold = subject => (isPublished(subject) ? reason('published', 'it is published') : undefined)

const held: Hold = ({ image }) => {
  const why = image.tags[TAGS.hold]
  return why === undefined ? undefined : reason('held', `it is held${why ? `: ${why}` : ''}`)
}

const lent: Hold = ({ image }) =>
  image.tags[TAGS.lent] === undefined ? undefined : reason('lent', 'another account is copying it')

const beingCopied: Hold = ({ place, image }, { copied }) =>
  copied.has(`${place.region}/${image.imageId}`) ? reason('being-copied', 'a copy of it is being made') : undefined

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/deregister-ami.html (AMIs that AWS Backup manages) */
const backup: Hold = ({ image }) =>
  Object.keys(image.tags).some(key => key.startsWith('aws:backup:'))
    ? reason('backup', 'AWS Backup manages it')
    : undefined

/** What does not say when it was baked can't be told from the newest, nor from its copies. */
const ageUnknown: Hold = ({ image }) =>
  bakedAt(image) ? undefined : reason('age-unknown', 'nobody knows when it was baked')

/** Where the journal has it further than EC2, somebody wanted it again. */
const broughtBack: Hold = ({ image, stage, isJournalTrue }, { now, policy }) => {
  const isNews = stage === 'current' && !isJournalTrue
  const until = isNews ? later(now, policy.disableAfterSeconds) : dateOf(image.tags[TAGS.notBefore])
  return until && until > now ? reason('brought-back', `it was brought back, and stays until ${day(until)}`) : undefined
}

const unexamined: Hold = ({ isUnexamined }) =>
  isUnexamined ? reason('unexamined', 'it was not looked at closely: others are due before it') : undefined

const expiry: Hold = ({ image, worth }, { policy, now }) => {
  if (worth === 'rejected' && hasFailed(image)) return undefined
  const expires = expiresAt(image, policy)
  return expires && expires > now ? reason('not-yet', `it is valid until ${day(expires)}`) : undefined
}

const successor: Hold = (subject, { lines }) =>
  subject.worth !== 'rejected' && !findSuccessor(subject, findLineOf(subject, lines))
    ? reason('no-successor', 'nothing newer is published here')
    : undefined

const frozen: Hold = (subject, { lines }) => {
  const why = findLineOf(subject, lines).frozen
  return why && subject.worth !== 'rejected' ? reason('frozen', why) : undefined
}

const rollback: Hold = (subject, { keepers, policy: { keep } }) =>
  keepers.has(keeperKey(subject)) ? reason('rollback', `it is one of the ${keep} newest good ones`) : undefined

const dwell =
  (key: 'disableAfterSeconds' | 'deregisterAfterSeconds'): Hold =>
  ({ since, stage }, { policy, now }) => {
    const due = later(since ?? now, policy[key])
    return due > now ? reason('not-yet', `it stays ${stage} until ${day(due)}`) : undefined
  }

const idle: Hold = ({ image: { lastLaunchedAt } }, { policy, now }) => {
  if (!lastLaunchedAt || later(lastLaunchedAt, policy.idleSeconds) <= now) return undefined
  return reason('launched', `it was launched on ${day(lastLaunchedAt)}, within ${formatDuration(policy.idleSeconds)}`)
}

const MAX_NAMED = 3

const inUse: Hold = ({ image, place }, { uses }) => {
  const { namedBy } = place.details.get(image.imageId) ?? {}
  const found = (uses.get(image.imageId) ?? []).map(use => use.by)
  // What EC2 names by its ARN the sources have named already, but for old versions of launch templates.
  const more = found.length === 0 && namedBy && 'value' in namedBy ? namedBy.value : []
  const by = [...new Set([...found, ...more])].sort()
  if (by.length === 0) return undefined
  const others = by.length > MAX_NAMED ? ` and ${by.length - MAX_NAMED} more` : ''
  return reason('in-use', `it is used by ${by.slice(0, MAX_NAMED).join(', ')}${others}`)
}

const usedElsewhere: Hold = (subject, { now }) => {
  const problem = findUsageProblem(subject, now)
  return problem === undefined ? undefined : reason('used-elsewhere', problem)
}

const stopped: Hold = ({ place }, { stops }) =>
  stops.some(stop => stop.place === place.place) ? reason('stopped', 'nothing is taken away here') : undefined

/** A protection with cooldown is ours, and taken off in time; one without is somebody's will. */
const protectedForGood: Hold = ({ image: { protection } }) =>
  protection === 'enabled-without-cooldown'
    ? reason('protected', 'it is protected from being deregistered, without cooldown')
    : undefined

const protectedYet: Hold = ({ image: { protection } }, { now }) => {
  const until = dateOf(/^disabled after (.*)$/.exec(protection)?.[1])
  if (protection === 'disabled' || (until && until <= now)) return undefined
  return reason('protected', `its protection is ${protection || 'not known'}`)
}

const bin: Hold = (subject, { policy: { allowPermanent } }) => {
  if (allowPermanent || subject.worth !== 'released') return undefined
  const problem = findBinProblem(subject)
  return problem === undefined ? undefined : reason('bin', problem)
}

const locked: Hold = subject => {
  const { snapshots } = subject.place
  if ('unknown' in snapshots) return reason('locked', `its snapshots could not be read: ${snapshots.unknown.message}`)
  const known = snapshotsOf(subject)
  const missing = subject.image.snapshotIds.find(id => !known.some(({ snapshotId }) => snapshotId === id))
  if (missing) return reason('locked', `its snapshot ${missing} could not be read`)
  const lock = known.find(({ isLocked }) => isLocked)
  return lock ? reason('locked', `its snapshot ${lock.snapshotId} is locked`) : undefined
}

const ALWAYS = [published, held, lent, beingCopied, backup, ageUnknown, broughtBack]
const DESTRUCTIVE = [...ALWAYS, frozen, rollback, inUse, stopped, protectedForGood]

/** The reasons that keep an image from its next stage. */
export const HOLDS: Readonly<Record<'deprecate' | 'disable' | 'deregister', readonly Hold[]>> = {
  deprecate: [...ALWAYS, expiry, successor, frozen, unexamined],
  disable: [...DESTRUCTIVE, dwell('disableAfterSeconds'), idle, usedElsewhere, unexamined],
  deregister: [...DESTRUCTIVE, dwell('deregisterAfterSeconds'), protectedYet, bin, locked, unexamined]
}
