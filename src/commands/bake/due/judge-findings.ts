import type { ImageFinding } from '@aws-sdk/client-ec2'
import { isWaived } from '../../../image/waiver.ts'
import type { Findings } from '../../../recipe/recipe.ts'
import type { Candidate } from './reuse.ts'

/** What was first observed later than this after the first finding was not found by the first scan. */
const FIRST_SCAN_MS = 86_400_000

/** A reason to build anew, or what is to be said of the image that is used again. */
export type FindingsVerdict = { readonly fresh: string } | { readonly warnings: readonly string[] }

/** Whether the findings themselves must be read: EC2 says with every image since when a critical one can be mended. */
export const needsFindings = ({ described }: Candidate): boolean =>
  described.ScanResults?.CriticalFixAvailableSince !== undefined

/**
 * Whether a critical finding with a fix is a reason to build anew. One that the first scan found, with a fix older than
 * the image, is none: the bake did not take that fix in, and the next one would not either.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetImageFindings.html
 */
export function judgeFindings(
  { image: { imageId, bakedAt }, described: { ScanResults: scan } }: Candidate,
  findings: readonly ImageFinding[],
  waivers: Findings['waivers'],
  now: Date
): FindingsVerdict {
  if (!scan?.FindingScanDate) return { warnings: [`${imageId} was never scanned: whether it is vulnerable is unknown`] }
  const critical = findings.filter(isCriticalWithFix).filter(({ Title: title = '' }) => !isWaived(title, waivers, now))
  if (critical.length === 0) return { warnings: [] }
  const isFixNewer = !bakedAt || (scan.CriticalFixAvailableSince ?? bakedAt) > bakedAt
  const fresh = isFixNewer ? critical : critical.filter(isLaterThan(firstScanEnd(findings)))
  if (fresh.length > 0) return { fresh: `${imageId} has critical findings that can be mended: ${titlesOf(fresh)}` }
  return {
    warnings: [`${imageId} has critical findings whose fix was there before it was baked: ${titlesOf(critical)}`]
  }
}

const isCriticalWithFix = ({ SeverityLabel, FixAvailable }: ImageFinding): boolean =>
  SeverityLabel === 'critical' && FixAvailable === true

const firstScanEnd = (findings: readonly ImageFinding[]): number =>
  Math.min(...findings.map(({ FirstObservedAt: at }) => at?.getTime() ?? 0)) + FIRST_SCAN_MS

const isLaterThan =
  (time: number) =>
  ({ FirstObservedAt: at }: ImageFinding): boolean =>
    (at?.getTime() ?? 0) > time

const titlesOf = (findings: readonly ImageFinding[]): string => {
  const titles = findings.map(({ Title: title }) => title ?? 'one without a title')
  return titles.length > 3 ? `${titles.slice(0, 3).join(', ')} and ${titles.length - 3} more` : titles.join(', ')
}
