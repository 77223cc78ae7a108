import type { CheckId } from '../../../image/check-ids.ts'
import type { Recipe } from '../../../recipe/recipe.ts'
import type { ImageFacts } from '../facts.ts'
import { IMDSV2, PRIVATE } from './access.ts'
import { BOOTS, CLEAN, TESTED, UNIQUE } from './boot.ts'
import type { Check } from './check.ts'
import { ENCRYPTED, KEYS } from './encryption.ts'
import { SCANNED } from './findings.ts'
import { ANCESTRY, BASE, TAGGED, VALID } from './origin.ts'
import { AVAILABLE, COMPLETE, PROTECTED } from './state.ts'

/** Every check of an image, in the order of the report. */
export const CHECKS: readonly Check[] = [
  AVAILABLE,
  COMPLETE,
  ENCRYPTED,
  KEYS,
  IMDSV2,
  PRIVATE,
  TAGGED,
  VALID,
  BASE,
  ANCESTRY,
  PROTECTED,
  SCANNED,
  BOOTS,
  UNIQUE,
  CLEAN,
  TESTED
]

/** What can differ between an image and its copies. */
const OF_COPIES: ReadonlySet<CheckId> = new Set([
  'available',
  'complete',
  'encrypted',
  'keys',
  'private',
  'tags',
  'valid',
  'boots'
])

export interface CheckResult {
  readonly id: CheckId
  readonly outcome: 'passed' | 'failed' | 'warned' | 'not applicable' | 'off'
  readonly expected: string
  readonly found?: string
  readonly fix?: string
}

/** Judges an image by every check of the level, as severe as the recipe says; pure. */
export const judgeImage = (facts: ImageFacts, recipe: Recipe | undefined, level: 'image' | 'copy'): CheckResult[] =>
  CHECKS.filter(({ id }) => level === 'image' || OF_COPIES.has(id)).map(check => judge(check, facts, recipe))

function judge(check: Check, facts: ImageFacts, recipe: Recipe | undefined): CheckResult {
  const { id, expected, fix } = check
  const severity = severityOf(check, recipe)
  if (severity === 'off') return { id, expected, outcome: 'off' }
  const verdict = check.judge(facts, recipe)
  if (verdict.kind === 'passed' || verdict.kind === 'not applicable') return { id, expected, outcome: verdict.kind }
  const isMild = severity === 'warn' || (verdict.kind === 'unknown' && verdict.isMild)
  const how = (verdict.kind === 'unknown' && verdict.fix) || fix
  return { id, expected, outcome: isMild ? 'warned' : 'failed', found: verdict.found, fix: how }
}

const severityOf = ({ id, severity }: Check, recipe: Recipe | undefined): 'fail' | 'warn' | 'off' =>
  recipe?.verify.checks[id] ?? severity
