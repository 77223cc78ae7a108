import type {
  DeleteImageUsageReportRequest,
  DeleteImageUsageReportResult,
  DescribeImageUsageReportEntriesRequest,
  DescribeImageUsageReportEntriesResult,
  DescribeImageUsageReportsRequest,
  DescribeImageUsageReportsResult,
  ImageUsageReportEntry
} from '@aws-sdk/client-ec2'
import { missingParameter } from '../../errors.ts'
import type { Call, Handler, Handlers } from '../../handler.ts'
import { compileFilters } from '../../world/filters.ts'
import { paginate } from '../../world/pages.ts'
import { stopDryRun } from '../dryrun.ts'
import { find, select } from '../lookup.ts'
import { tagSet } from '../tags.ts'
import { createImageUsageReport } from './create.ts'
import type { UsageReportRecord } from './record.ts'

interface Asked {
  readonly ReportIds?: readonly string[] | undefined
  readonly ImageIds?: readonly string[] | undefined
}

/**
 * Lists the caller's reports, with how far they are.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImageUsageReports.html
 */
const describeReports: Handler<DescribeImageUsageReportsRequest, DescribeImageUsageReportsResult> = (input, call) => {
  const passes = compileFilters<UsageReportRecord>(input.Filters, {
    'creation-time': ({ report }) => report.CreationTime.toISOString(),
    state: ({ report }) => report.State
  })
  const found = selectReports(input, call).filter(passes)
  stopDryRun(input)
  const { page, ...rest } = paginate(found, input)
  return { ImageUsageReports: page.map(record => ({ ...record.report, Tags: tagSet(record, call.account) })), ...rest }
}

/**
 * Lists what the caller's reports say: how many resources of which kind each other account has that name the image.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImageUsageReportEntries.html
 */
const describeEntries: Handler<DescribeImageUsageReportEntriesRequest, DescribeImageUsageReportEntriesResult> = (
  input,
  call
) => {
  const passes = compileFilters<{ entry: ImageUsageReportEntry; tags: ReadonlyMap<string, string> }>(input.Filters, {
    'account-id': ({ entry }) => entry.AccountId,
    'creation-time': ({ entry }) => entry.ReportCreationTime?.toISOString(),
    'resource-type': ({ entry }) => entry.ResourceType
  })
  const found = selectReports(input, call)
    .flatMap(({ entries, tags }) => entries.map(entry => ({ entry, tags })))
    .filter(passes)
  stopDryRun(input)
  const { page, ...rest } = paginate(found, input)
  return { ImageUsageReportEntries: page.map(({ entry }) => entry), ...rest }
}

/**
 * Deletes a report.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteImageUsageReport.html
 */
const deleteReport: Handler<DeleteImageUsageReportRequest, DeleteImageUsageReportResult> = (input, call) => {
  if (!input.ReportId) throw missingParameter('ReportId')
  const { report } = find('usageReport', input.ReportId, call.region.usageReports, record => isThere(record, call))
  stopDryRun(input)
  call.region.usageReports.delete(report.ReportId)
  return { Return: true }
}

const selectReports = ({ ReportIds: reports, ImageIds: images }: Asked, call: Call): UsageReportRecord[] =>
  select('usageReport', reports, call.region.usageReports, record => isThere(record, call)).filter(
    ({ report }) => !images?.length || images.includes(report.ImageId)
  )

/** It is the caller's, and has not expired. */
const isThere = ({ ownerId, report }: UsageReportRecord, { account, now }: Call): boolean =>
  ownerId === account && (report.ExpirationTime ?? now) > now

export const imageUsageHandlers = {
  CreateImageUsageReport: createImageUsageReport,
  DescribeImageUsageReports: describeReports,
  DescribeImageUsageReportEntries: describeEntries,
  DeleteImageUsageReport: deleteReport
} satisfies Handlers
