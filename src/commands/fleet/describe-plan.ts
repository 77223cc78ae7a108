import { sayPlace } from '../place.ts'
import type { PlacePlan, Spared } from './plan-enforce.ts'
import { count, TO_DO } from './say-act.ts'
import type { FleetStory } from './story.ts'

/** The plan, line by line, for the log: for each place what is done with which instances, and why not with others. */
export function describePlan({ places, plans, mode }: FleetStory): string[] {
  const looked = places.map(({ place, instances }) => {
    const bad = instances.filter(({ verdict }) => verdict !== 'approved').length
    return `${sayPlace(place)}: ${bad} of ${count(instances.length, 'instance')} not known to run from an approved image`
  })
  return mode === 'report' ? looked : [...looked, ...plans.flatMap(describePlace)]
}

function describePlace(plan: PlacePlan): string[] {
  const place = sayPlace(plan.place)
  const batches = plan.batches.map(({ act, zone, instances }) => {
    const ids = instances.map(({ instanceId }) => instanceId)
    return `${place}, ${zone}: ${TO_DO[act]}: ${ids.join(', ')}`
  })
  const groups = plan.replacements.map(
    ({ group, count: members }) => `${place}: the group ${group} replaces its instances, ${members} at the most`
  )
  const spared = tallySpared(plan.spared).map(
    ([why, ids]) => `${place}: leave ${count(ids.length, 'instance')}: ${why}`
  )
  return [...batches, ...groups, ...spared]
}

/** Why instances are left as they are: the ids by reason, the most common one first. */
export function tallySpared(spared: readonly Spared[]): [why: string, ids: readonly string[]][] {
  const tally = new Map<string, string[]>()
  for (const { why, instance } of spared) tally.set(why, [...(tally.get(why) ?? []), instance.instanceId])
  return [...tally].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1))
}
