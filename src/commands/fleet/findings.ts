import { TAGS } from '../../image/tags.ts'
import { sayPlace } from '../place.ts'
import type { JudgedInstance, KnownImage, Verdict } from './facts.ts'
import { toDate } from './judge-instance.ts'
import type { FleetStory } from './story.ts'

/** Instances of one image, at one place and in one group, that do not run from an approved image. */
export interface Finding {
  readonly imageId: string
  readonly name: string
  readonly verdict: Verdict
  /** Days since it was baked or made, where that is known. */
  readonly ageDays?: number
  readonly place: string
  readonly group?: string
  readonly instances: readonly string[]
}

const DAY_MS = 86_400_000

/** What was found, the oldest image first; one whose age nobody knows before all others. */
export function groupFindings({ places, now }: FleetStory): Finding[] {
  const grouped = new Map<string, Finding & { instances: string[] }>()
  for (const { place, instances } of places) {
    for (const judged of instances.filter(({ verdict }) => verdict !== 'approved')) {
      const finding = toFinding(judged, sayPlace(place), now)
      const key = JSON.stringify([finding.place, finding.imageId, finding.group])
      const known = grouped.get(key) ?? finding
      known.instances.push(judged.instance.instanceId)
      grouped.set(key, known)
    }
  }
  return [...grouped.values()].sort(byAge)
}

function toFinding({ instance, verdict, image }: JudgedInstance, place: string, now: Date) {
  const age = ageInDays(image, now)
  return {
    imageId: instance.imageId,
    name: image?.name ?? '',
    verdict,
    ...(age !== undefined && { ageDays: age }),
    place,
    ...(instance.group && { group: instance.group }),
    instances: [] as string[]
  }
}

function byAge(a: Finding, b: Finding): number {
  const [ageA, ageB] = [a.ageDays ?? Number.MAX_VALUE, b.ageDays ?? Number.MAX_VALUE]
  return ageB - ageA || b.instances.length - a.instances.length || (a.place + a.imageId < b.place + b.imageId ? -1 : 1)
}

/** Whole days since an image was baked, where our tags tell, or made; a copy is as old as its source. */
export function ageInDays(image: KnownImage | undefined, now: Date): number | undefined {
  const made = toDate(image?.tags?.[TAGS.bakedAt]) ?? image?.madeAt
  return made && Math.max(0, Math.floor((now.getTime() - made.getTime()) / DAY_MS))
}
