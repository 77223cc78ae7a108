import type { ImageFinding, ScanResults, SeverityLabel } from '@aws-sdk/client-ec2'

/** From the least to the worst. */
export const SEVERITIES = ['informational', 'low', 'medium', 'high', 'critical'] as const satisfies SeverityLabel[]

const SINCE = {
  informational: 'InformationalFixAvailableSince',
  low: 'LowFixAvailableSince',
  medium: 'MediumFixAvailableSince',
  high: 'HighFixAvailableSince',
  critical: 'CriticalFixAvailableSince'
} as const satisfies Record<SeverityLabel, keyof ScanResults>

/**
 * What an image's findings come to. Findings do not tell since when they can be fixed: since they were first observed,
 * unless whoever knows it says otherwise.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ScanResults.html
 */
export function summarize(findings: readonly ImageFinding[], scanned: Date): ScanResults {
  const results: ScanResults = { FindingScanDate: scanned }
  for (const severity of SEVERITIES) {
    const these = findings.filter(({ SeverityLabel: label }) => label === severity)
    if (these.length > 0) results.HighestFindingSeverityLabel = severity
    const fixable = these.filter(({ FixAvailable }) => FixAvailable).map(each => each.FirstObservedAt ?? scanned)
    if (fixable.length > 0) results[SINCE[severity]] = new Date(Math.min(...fixable.map(Number)))
  }
  return results
}
