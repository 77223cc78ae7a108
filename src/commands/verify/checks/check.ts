import type { AmiError } from '../../../errors.ts'
import type { CheckId } from '../../../image/check-ids.ts'
import type { Recipe } from '../../../recipe/recipe.ts'
import type { ImageFacts, Read } from '../facts.ts'

export type Verdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly found: string }
  /** It could not be looked at, or was never examined: that is not good, unless the recipe calls it mild. */
  | { readonly kind: 'unknown'; readonly found: string; readonly isMild?: boolean; readonly fix?: string }
  /** There is nothing that could be checked. */
  | { readonly kind: 'not applicable' }

/** One thing that must be true of an image. */
export interface Check {
  readonly id: CheckId
  /** What becomes of an image that does not pass, unless the recipe says otherwise. */
  readonly severity: 'fail' | 'warn'
  /** Completes "Expected …". */
  readonly expected: string
  /** A sentence. */
  readonly fix: string
  judge(facts: ImageFacts, recipe: Recipe | undefined): Verdict
}

export const PASSED: Verdict = { kind: 'passed' }
export const NOT_APPLICABLE: Verdict = { kind: 'not applicable' }

/** Passed where nothing is wrong; else what is. */
export const unless = (wrong: readonly string[]): Verdict =>
  wrong.length === 0 ? PASSED : { kind: 'failed', found: wrong.join('; ') }

/** Judges what was read; what could not be read is unknown. */
export const known = <T>(read: Read<T>, judge: (value: T) => Verdict): Verdict =>
  'unknown' in read ? unread(read.unknown) : judge(read.value)

/** What would let it be read is told instead of what would mend the image. */
const unread = ({ message, hint }: AmiError): Verdict => ({
  kind: 'unknown',
  found: message,
  ...(hint && { fix: hint })
})
