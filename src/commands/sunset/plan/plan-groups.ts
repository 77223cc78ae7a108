import type { Subject } from './plan-subjects.ts'

/** The subjects by what they have in common, in their order. */
export function groupSubjects(
  subjects: readonly Subject[],
  keyOf: (subject: Subject) => string
): Map<string, readonly Subject[]> {
  const groups = new Map<string, Subject[]>()
  for (const subject of subjects) {
    const group = groups.get(keyOf(subject))
    if (group) group.push(subject)
    else groups.set(keyOf(subject), [subject])
  }
  return groups
}

/** What replaces each other: the images of an architecture at a place. */
export const lineOf = ({ place, image }: Subject): string => `${place.place} ${image.architecture}`
