import type { Policy } from '../policy.ts'
import { groupSubjects, lineOf } from './plan-groups.ts'
import { bakedAt, expiresAt, hasPassed, isPublishedImage, publishedAt } from './plan-life.ts'
import type { Subject } from './plan-subjects.ts'

/** What is published at a place for an architecture, and whether the others may be retired beside it. */
export interface Line {
  readonly place: string
  readonly architecture: string
  readonly head?: Subject
  /** Why nothing of the line is retired, as part of a sentence; absent where it may be. */
  readonly frozen?: string
  /** The head is past its window and nothing has replaced it: somebody has to act. */
  readonly isOverdue: boolean
}

/** The lines of all places, by `lineOf`. */
export function findLines(subjects: readonly Subject[], policy: Policy, now: Date): ReadonlyMap<string, Line> {
  const lines = [...groupSubjects(subjects, lineOf)].map(([key, group]) => [key, toLine(group, policy, now)] as const)
  return new Map(lines)
}

function toLine(group: readonly Subject[], policy: Policy, now: Date): Line {
  const [head] = group.filter(isPublished).sort((a, b) => publishedMs(b) - publishedMs(a))
  const frozen = head ? findDoubt(head, policy, now) : 'nothing is published here'
  const expires = head && expiresAt(head.image, policy)
  return {
    place: group[0]?.place.place ?? '',
    architecture: group[0]?.image.architecture ?? '',
    isOverdue: expires !== undefined && expires <= now,
    ...(head && { head }),
    ...(frozen && { frozen })
  }
}

export const isPublished = ({ image }: Subject): boolean => isPublishedImage(image)

const publishedMs = ({ image }: Subject): number => publishedAt(image)?.getTime() ?? 0

function findDoubt({ image, stage }: Subject, policy: Policy, now: Date): string | undefined {
  const id = image.imageId
  if (stage !== 'current') return `the published ${id} is ${stage === 'other' ? image.state : stage}`
  if (!hasPassed(image)) return `the published ${id} is not verified`
  const expires = expiresAt(image, policy)
  if (!expires) return `nobody knows until when the published ${id} is valid`
  return expires <= now ? `the published ${id} expired on ${expires.toISOString().slice(0, 10)}` : undefined
}

/** A published image of the same line that is newer, verified and can be launched. */
export function findSuccessor({ image }: Subject, { head }: Line): Subject | undefined {
  const [own, other] = [bakedAt(image), head && bakedAt(head.image)]
  const isNewer = own !== undefined && other !== undefined && other > own
  return head && isNewer && head.stage === 'current' && hasPassed(head.image) ? head : undefined
}

const NO_LINE: Omit<Line, 'place' | 'architecture'> = { frozen: 'nothing is published here', isOverdue: false }

/** The line that an image is of. */
export const findLineOf = (subject: Subject, lines: ReadonlyMap<string, Line>): Line =>
  lines.get(lineOf(subject)) ?? { ...NO_LINE, place: subject.place.place, architecture: subject.image.architecture }
