import type { Aws } from '../../../aws/aws.ts'
import type { PlaceFacts, SunsetFacts } from '../facts.ts'
import { findUnexamined, planSunset, type SunsetPlan } from '../plan/plan.ts'
import { limitOf } from '../plan/plan-stops.ts'
import type { Subject } from '../plan/plan-subjects.ts'
import type { Policy } from '../policy.ts'
import { eachOf } from '../references/source.ts'
import { observeDetails } from './details.ts'

/** Images that turn out to be in use elsewhere make room for others, but not without an end. */
const MAX_ROUNDS = 5

/** A plan, and the facts that it was made of. */
export interface Examined {
  readonly facts: SunsetFacts
  readonly plan: SunsetPlan
}

/** Plans; looks closely at the images that are due, as many as this run may retire; plans again with what it has seen. */
export async function examine(aws: Aws, start: SunsetFacts, policy: Policy): Promise<Examined> {
  let facts = start
  let plan = planSunset(facts, policy)
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = chooseNext(plan, policy)
    if (next.length === 0) break
    facts = await addDetails(aws, facts, next)
    plan = planSunset(facts, policy)
  }
  return { facts, plan }
}

/** At each place, for each stage, as many of the unexamined as it has room for. */
function chooseNext(plan: SunsetPlan, policy: Policy): Subject[] {
  const unexamined = findUnexamined(plan)
  const places = new Set(unexamined.map(({ place }) => place))
  return [...places].flatMap(place => {
    const here = plan.decisions.filter(({ subject }) => subject.place === place)
    return (['current', 'deprecated', 'disabled'] as const).flatMap(stage => {
      const taken = here.filter(({ subject, action }) => subject.stage === stage && action !== 'keep').length
      const room = Math.max(0, limitOf(here.length, policy) - taken)
      return unexamined.filter(subject => subject.place === place && subject.stage === stage).slice(0, room)
    })
  })
}

async function addDetails(aws: Aws, facts: SunsetFacts, subjects: readonly Subject[]): Promise<SunsetFacts> {
  const read = await eachOf(subjects, async ({ place, image: { imageId } }) => {
    return { place, imageId, details: await observeDetails(aws.as(place.member).in(place.region), imageId, aws.signal) }
  })
  const add = (place: PlaceFacts): PlaceFacts => {
    const here = read.filter(each => each.place === place).map(({ imageId, details }) => [imageId, details] as const)
    return here.length === 0 ? place : { ...place, details: new Map([...place.details, ...here]) }
  }
  return { ...facts, places: facts.places.map(add) }
}
