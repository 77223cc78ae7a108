import {
  DescribeImageAttributeCommand,
  DescribeImageUsageReportEntriesCommand,
  DescribeImageUsageReportsCommand,
  type LaunchPermission
} from '@aws-sdk/client-ec2'
import type { Clients } from '../../../aws/aws.ts'
import type { ImageDetails, Usage } from '../facts.ts'
import { collectByToken } from '../references/source.ts'
import { readNamedBy } from './named-by.ts'
import { tryRead } from './try-read.ts'

/**
 * What takes reads of its own for one image: who names it, with whom it is shared, and what EC2
 * reports of its use there.
 */
export async function observeDetails(clients: Clients, imageId: string, signal: AbortSignal): Promise<ImageDetails> {
  const [launchPermissions, namedBy] = await Promise.all([
    tryRead(() => readPermissions(clients, imageId), signal),
    tryRead(() => readNamedBy(clients, imageId), signal)
  ])
  const isShared = 'unknown' in launchPermissions || launchPermissions.value.length > 0
  const usage = isShared
    ? await tryRead(() => readUsage(clients, imageId), signal)
    : { value: { kind: 'none' as const } }
  return { launchPermissions, usage, namedBy }
}

/** With whom an image is shared. */
export async function readPermissions({ ec2 }: Clients, imageId: string): Promise<LaunchPermission[]> {
  const command = new DescribeImageAttributeCommand({ ImageId: imageId, Attribute: 'launchPermission' })
  return (await ec2.send(command)).LaunchPermissions ?? []
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/your-ec2-ami-usage.html */
async function readUsage({ ec2 }: Clients, imageId: string): Promise<Usage> {
  const { ImageUsageReports: reports = [] } = await ec2.send(
    new DescribeImageUsageReportsCommand({ ImageIds: [imageId] })
  )
  const [newest] = reports.sort((a, b) => (b.CreationTime?.getTime() ?? 0) - (a.CreationTime?.getTime() ?? 0))
  if (newest?.State === 'pending') return { kind: 'pending' }
  if (newest?.State !== 'available' || !newest.ReportId || !newest.CreationTime) return { kind: 'none' }
  return { kind: 'available', at: newest.CreationTime, accounts: await readAccounts(ec2, newest.ReportId) }
}

async function readAccounts(ec2: Clients['ec2'], reportId: string): Promise<string[]> {
  const ask = (token: object) =>
    ec2.send(new DescribeImageUsageReportEntriesCommand({ ReportIds: [reportId], ...token }))
  const entries = await collectByToken(ask, page => page.ImageUsageReportEntries)
  const used = entries.filter(({ UsageCount: count = 0 }) => count > 0)
  return [...new Set(used.flatMap(({ AccountId: account }) => account ?? []))]
}
