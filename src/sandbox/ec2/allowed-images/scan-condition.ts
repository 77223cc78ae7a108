import type { Image, ScanResultCondition } from '@aws-sdk/client-ec2'
import { SEVERITIES } from '../findings/scan-results.ts'
import { isWithin } from './days.ts'

/**
 * Whether an image's scan results are good enough: one that was never scanned is not, whatever is asked, and what has
 * no fix counts for the severity only.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ScanResultConditionRequest.html
 */
export function meetsScanCondition({ ScanResults: results }: Image, asked: ScanResultCondition, now: Date): boolean {
  if (!results) return false
  const { HighestFindingSeverityLabel: highest, FindingScanDate: scanned } = results
  const { MaximumSeverityLabel: most } = asked
  if (most && highest && SEVERITIES.indexOf(highest) > SEVERITIES.indexOf(most)) return false
  if (!isWithin(asked.MaxDaysSinceLastFindingScan, scanned, now)) return false
  const waits = [
    [asked.MaxDaysSinceInformationalFixAvailable, results.InformationalFixAvailableSince],
    [asked.MaxDaysSinceLowFixAvailable, results.LowFixAvailableSince],
    [asked.MaxDaysSinceMediumFixAvailable, results.MediumFixAvailableSince],
    [asked.MaxDaysSinceHighFixAvailable, results.HighFixAvailableSince],
    [asked.MaxDaysSinceCriticalFixAvailable, results.CriticalFixAvailableSince]
  ] as const
  return waits.every(([days, since]) => since === undefined || isWithin(days, since, now))
}
