import { AmiError } from '../../errors.ts'
import type { Enforce } from '../../recipe/recipe.ts'
import { type Place, sayPlace } from '../place.ts'
import type { InstanceFacts, JudgedInstance, JudgedPlace } from './facts.ts'
import { type Act, decideInstance, type Policy } from './plan-instance.ts'

/** Instances of one zone about which the same is done in one request. */
export interface Batch {
  readonly act: Exclude<Act, 'replace'>
  readonly zone: string
  readonly instances: readonly InstanceFacts[]
}

/** A group whose instances are replaced by itself. */
export interface Replacement {
  readonly group: string
  /** Those without an approved image, whose grace is over. */
  readonly due: readonly InstanceFacts[]
  /** How many instances of the group may be replaced: all of them where its template names a parameter. */
  readonly count: number
  /** Whether what is as the template says already may stay. */
  readonly skipsMatching: boolean
}

export interface Spared {
  readonly instance: InstanceFacts
  readonly why: string
}

/** What is done at one place. */
export interface PlacePlan {
  readonly place: Place
  readonly batches: readonly Batch[]
  readonly replacements: readonly Replacement[]
  /** Those without an approved image about which nothing is done. */
  readonly spared: readonly Spared[]
}

export interface Caps extends Pick<Enforce, 'maxInstances' | 'maxPercent'> {}

/** EC2 takes as many ids as values of a filter, with which each batch is looked at once more before the act. */
export const BATCH_SIZE = 100
const ACTS = ['forget', 'note', 'stop', 'terminate'] as const

/**
 * Decides what is done about every instance of the fleet; pure: the order of pages and places does not count. Errors:
 * VERIFY where more instances would be stopped, terminated or replaced than the caps allow.
 */
export function planEnforcement(places: readonly JudgedPlace[], policy: Policy, caps: Caps): PlacePlan[] {
  const plans = places
    .map(place => planPlace(place, policy))
    .sort((a, b) => compare(sayPlace(a.place), sayPlace(b.place)))
  const total = places.reduce((sum, { instances }) => sum + instances.length, 0)
  checkCaps(countTouched(plans), total, caps)
  return plans
}

/** How many instances are stopped, terminated or replaced. */
export const countTouched = (plans: readonly PlacePlan[]): number =>
  plans
    .flatMap(({ batches, replacements }) => [
      ...batches.filter(({ act }) => act === 'stop' || act === 'terminate').map(({ instances }) => instances.length),
      ...replacements.map(({ count }) => count)
    ])
    .reduce((sum, count) => sum + count, 0)

function checkCaps(touched: number, total: number, { maxInstances, maxPercent }: Caps): void {
  const percent = total === 0 ? 0 : (touched / total) * 100
  if (touched <= maxInstances && percent <= maxPercent) return
  const hint = 'Nothing was done. Raise the caps in the recipe once the report is as you expect it.'
  const sentence = `Expected at most ${maxInstances} instances and ${maxPercent} % of ${total} to act on (\`enforce.max-instances\`, \`enforce.max-percent\`), found ${touched} due`
  throw new AmiError('VERIFY', sentence, { hint })
}

function planPlace(place: JudgedPlace, policy: Policy): PlacePlan {
  const sorted = [...place.instances].sort(byAge)
  const decided = sorted.map(judged => ({ judged, decision: decideInstance(judged, place, policy) }))
  const having = (act: Act) =>
    decided.flatMap(({ judged, decision }) => ('act' in decision && decision.act === act ? [judged.instance] : []))
  const spared = decided.flatMap(({ judged, decision }) =>
    'spare' in decision && judged.verdict !== 'approved' ? [{ instance: judged.instance, why: decision.spare }] : []
  )
  const batches = ACTS.flatMap(act => toBatches(act, having(act)))
  return { place: place.place, batches, replacements: planReplacements(having('replace'), place), spared }
}

/** The oldest first. */
const byAge = ({ instance: a }: JudgedInstance, { instance: b }: JudgedInstance): number =>
  a.launchedAt.getTime() - b.launchedAt.getTime() || compare(a.instanceId, b.instanceId)

/** A zone that has trouble holds up no other one. */
function toBatches(act: Batch['act'], instances: readonly InstanceFacts[]): Batch[] {
  const zones = [...new Set(instances.map(({ zone }) => zone))].sort(compare)
  return zones.flatMap(zone => {
    const own = instances.filter(each => each.zone === zone)
    const count = Math.ceil(own.length / BATCH_SIZE)
    const cut = (index: number) => own.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE)
    return Array.from({ length: count }, (_, index) => ({ act, zone, instances: cut(index) }))
  })
}

/** @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh-skip-matching.html */
function planReplacements(due: readonly InstanceFacts[], { instances, sources }: JudgedPlace): Replacement[] {
  const names = [...new Set(due.flatMap(({ group }) => group ?? []))].sort(compare)
  return names.map(group => {
    const found = sources.find(({ source }) => source.kind === 'Auto Scaling group' && source.name === group)
    const count = instances.filter(({ instance }) => instance.group === group).length
    return {
      group,
      due: due.filter(each => each.group === group),
      count,
      skipsMatching: found?.source.usesParameter === false
    }
  })
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
