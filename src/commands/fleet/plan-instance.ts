import { formatDuration } from '../../image/duration.ts'
import type { Enforce } from '../../recipe/recipe.ts'
import type { InstanceFacts, JudgedInstance, JudgedPlace, Verdict } from './facts.ts'

/** What decides about one instance beside itself. */
export interface Policy extends Pick<Enforce, 'mode' | 'graceSeconds' | 'immediate'> {
  /** EC2's time. */
  readonly now: Date
}

/** What is done about an instance: `note` writes that it is not approved, `forget` takes that away, `replace` is its group's. */
export type Act = 'note' | 'forget' | 'stop' | 'terminate' | 'replace'

/** `spare` leaves it as it is, and says why. */
export type Decision = { readonly act: Act } | { readonly spare: string }

/** Decides about one instance; pure. Nothing is done about one that is approved, unknown, managed, ours or excluded. */
export function decideInstance(judged: JudgedInstance, place: JudgedPlace, policy: Policy): Decision {
  const { instance, verdict } = judged
  const { mode } = policy
  const spared = findExemption(judged)
  if (spared) return { spare: spared }
  if (mode === 'report') return { spare: 'only reported' }
  const isNoted = instance.unapprovedSince !== undefined || instance.stoppedAt !== undefined
  if (verdict === 'approved') return isNoted ? { act: 'forget' } : { spare: 'approved' }
  const waits = findWait(judged, policy)
  if (waits) return waits
  if (mode === 'tag') return { spare: 'noted already' }
  return instance.group === undefined ? decideAct(judged, place, policy) : decideMember(instance.group, place)
}

/** Why an instance is not touched, whatever its image; undefined where it may be. */
function findExemption({ instance, verdict }: JudgedInstance): string | undefined {
  if (verdict === 'unknown') return 'nothing is known of its image'
  if (instance.isExcluded) return 'excluded by a tag'
  if (instance.managedBy !== undefined) return `managed by ${instance.managedBy}`
  if (instance.isOwn) return 'launched by this action for a bake or a test'
  return undefined
}

/** Whether it is somebody's choice that an instance need not run from an approved image. */
export const isSpared = ({ isExcluded, managedBy, isOwn }: InstanceFacts): boolean =>
  isExcluded || managedBy !== undefined || isOwn

/** The grace begins with the note that a run writes, never with one that only reports. */
function findWait({ instance }: JudgedInstance, policy: Policy): Decision | undefined {
  const { unapprovedSince: since } = instance
  const { now, graceSeconds, immediate, mode } = policy
  if (immediate && mode !== 'tag') return undefined
  if (since === undefined) return { act: 'note' }
  const left = graceSeconds - secondsFrom(since, now)
  return mode !== 'tag' && left > 0 ? { spare: `noted, ${formatDuration(left)} of grace left` } : undefined
}

/** Its group would launch another one for it: as good a one, or the same again. */
function decideMember(group: string, { sources }: JudgedPlace): Decision {
  const found = sources.find(({ source }) => source.kind === 'Auto Scaling group' && source.name === group)
  if (found?.verdict === 'approved') return { act: 'replace' }
  const why = found ? 'would launch an image that is not approved: update its template first' : 'is not there'
  return { spare: `its group ${group} ${why}` }
}

const TERMINATE: Decision = { act: 'terminate' }

/** A persistent spot request goes on for an instance that was terminated. */
function decideAct(judged: JudgedInstance, place: JudgedPlace, policy: Policy): Decision {
  const { instance } = judged
  const { state } = instance
  if (state !== 'running' && state !== 'stopped') return { spare: `it is ${state}` }
  const isAtOnce = policy.mode === 'terminate' && policy.immediate
  const decision =
    state === 'stopped' ? decideStopped(judged, policy) : isAtOnce ? TERMINATE : decideStop(judged, place)
  const isPersistent = instance.isSpot && !place.oneTimeSpot.has(instance.instanceId)
  return decision === TERMINATE && isPersistent
    ? { spare: 'its persistent spot request would launch another' }
    : decision
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Stop_Start.html (what can't be stopped) */
function decideStop({ instance }: JudgedInstance, { oneTimeSpot }: JudgedPlace): Decision {
  if (!instance.hasEbsRoot) return { spare: "its root is on instance store: it can't be stopped" }
  if (oneTimeSpot.has(instance.instanceId)) return { spare: "a one-time Spot Instance can't be stopped" }
  return { act: 'stop' }
}

/** Only what was stopped for this, and not started since, is ever terminated, unless nothing is to wait. */
function decideStopped({ instance }: JudgedInstance, { mode, now, graceSeconds, immediate }: Policy): Decision {
  if (mode === 'stop') return { spare: 'stopped already' }
  if (immediate) return TERMINATE
  const { stoppedAt, launchedAt } = instance
  if (!stoppedAt || stoppedAt < launchedAt) return { spare: 'stopped by somebody else' }
  const left = graceSeconds - secondsFrom(stoppedAt, now)
  return left > 0 ? { spare: `stopped, ${formatDuration(left)} of grace left` } : TERMINATE
}

const secondsFrom = (date: Date, now: Date): number => (now.getTime() - date.getTime()) / 1000

/** Whether something is to be done about what has this verdict. */
export const isBad = (verdict: Verdict): boolean => verdict !== 'approved' && verdict !== 'unknown'
