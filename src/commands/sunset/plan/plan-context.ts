import { TAGS } from '../../../image/tags.ts'
import type { SunsetFacts, Use } from '../facts.ts'
import type { Policy } from '../policy.ts'
import { findLines, type Line } from './plan-heads.ts'
import { chooseKeepers } from './plan-keepers.ts'
import { findStops, type Stop } from './plan-stops.ts'
import { imagesOf, type Subject } from './plan-subjects.ts'

/** What is found out once, for all images. */
export interface Context {
  readonly now: Date
  readonly policy: Policy
  readonly subjects: readonly Subject[]
  /** By `keeperKey`. */
  readonly keepers: ReadonlySet<string>
  /** By `lineOf`. */
  readonly lines: ReadonlyMap<string, Line>
  /** By image. */
  readonly uses: ReadonlyMap<string, readonly Use[]>
  /** `region/id` of the images that copies are being made of. */
  readonly copied: ReadonlySet<string>
  readonly stops: readonly Stop[]
}

export function toContext(facts: SunsetFacts, policy: Policy, subjects: readonly Subject[]): Context {
  const { now, places } = facts
  return {
    now,
    policy,
    subjects,
    keepers: chooseKeepers(subjects, policy.keep),
    lines: findLines(subjects, policy, now),
    uses: byImage(places.flatMap(({ sources }) => sources.flatMap(({ uses }) => uses))),
    copied: findCopied(facts),
    stops: places.flatMap(place => findStops(place, policy))
  }
}

function byImage(uses: readonly Use[]): Map<string, Use[]> {
  const found = new Map<string, Use[]>()
  for (const use of uses) {
    const known = found.get(use.imageId)
    if (known) known.push(use)
    else found.set(use.imageId, [use])
  }
  return found
}

/** A copy that EC2 is still making reads its source to the end. */
function findCopied({ places }: SunsetFacts): Set<string> {
  const pending = places.flatMap(imagesOf).filter(({ state }) => state === 'pending')
  return new Set(pending.flatMap(({ tags }) => tags[TAGS.copiedFrom] ?? []))
}
