import { TAGS } from '../../../image/tags.ts'
import { groupSubjects, lineOf } from './plan-groups.ts'
import { hasPassed, isTest, versionOf } from './plan-life.ts'
import type { Subject } from './plan-subjects.ts'

/** Whether a rollback could go to the image: a released one, verified, not held nor rolled back, that can be launched. */
export const isGood = ({ image, stage }: Subject): boolean =>
  (stage === 'current' || stage === 'deprecated') &&
  hasPassed(image) &&
  !isTest(image) &&
  image.tags[TAGS.hold] === undefined &&
  image.tags[TAGS.rolledBack] === undefined

/**
 * The versions that are kept for rollbacks: the newest good ones of each place, by architecture. A version that is kept at
 * one place is kept at all, so that a rollback finds the same one everywhere. `subjects` are newest first.
 */
export function chooseKeepers(subjects: readonly Subject[], keep: number): ReadonlySet<string> {
  const lines = groupSubjects(subjects.filter(isGood), lineOf)
  return new Set([...lines.values()].flatMap(good => [...new Set(good.map(keeperKey))].slice(0, keep)))
}

/** What of an image decides whether it is kept. */
export const keeperKey = ({ image }: Subject): string => `${image.architecture} ${versionOf(image)}`
