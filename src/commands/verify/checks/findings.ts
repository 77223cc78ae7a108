import type { ImageFinding } from '@aws-sdk/client-ec2'
import { isWaived } from '../../../image/waiver.ts'
import { FINDINGS } from '../../../recipe/defaults.ts'
import type { Findings } from '../../../recipe/recipe.ts'
import { type Check, known, PASSED, unless, type Verdict } from './check.ts'

const RANK: Readonly<Record<string, number>> = { low: 1, medium: 2, high: 3, critical: 4 }
const MOST_SHOWN = 5

/**
 * What Amazon Inspector found, gated by severity and by whether there is a fix, with waivers up to their date. An image
 * that was never scanned is not clean.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetImageFindings.html
 */
export const SCANNED: Check = {
  id: 'findings',
  severity: 'fail',
  expected: 'no findings as severe as `verify.findings.fail-on`',
  fix: 'Bake again with the fixes, or waive them in the recipe, with a date and a reason.',
  judge: ({ image, findings, now }, recipe) => {
    const gate = recipe?.verify.findings ?? FINDINGS
    if (!image.ScanResults?.FindingScanDate) return judgeUnscanned(gate.unscanned)
    return known(findings, all => {
      const severe = all.filter(each => isSevere(each, gate))
      return unless(describe(severe.filter(({ Title: title = '' }) => !isWaived(title, gate.waivers, now))))
    })
  }
}

const judgeUnscanned = (unscanned: Findings['unscanned']): Verdict =>
  unscanned === 'pass' ? PASSED : { kind: 'unknown', found: 'it was never scanned', isMild: unscanned === 'warn' }

const isSevere = ({ SeverityLabel: label, FixAvailable }: ImageFinding, { failOn, fixAvailable }: Findings): boolean =>
  (RANK[label ?? ''] ?? 0) >= (RANK[failOn] ?? 0) && (!fixAvailable || FixAvailable === true)

function describe(findings: readonly ImageFinding[]): string[] {
  const lines = findings.map(({ SeverityLabel, Title }) => `${SeverityLabel}: ${Title ?? 'one without a title'}`)
  const more = lines.length - MOST_SHOWN
  return more > 0 ? [...lines.slice(0, MOST_SHOWN), `and ${more} more`] : lines
}
