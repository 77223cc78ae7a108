import type { Region } from '../../world/region.ts'
import type { Transition } from '../../world/transition.ts'
import { findReferences } from '../image-references/find.ts'
import type { UsageReportRecord } from './record.ts'

/** What is younger may not be counted yet: a day for instances, some days for launch templates. */
const LATE_MS = { 'ec2:Instance': 86_400_000, 'ec2:LaunchTemplate': 3 * 86_400_000 }

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/your-ec2-ami-usage.html */
export const reporting: Transition<{ readonly region: string; readonly reportId: string }> = {
  name: 'complete an image usage report',
  act: (world, { region: name, reportId }) => {
    const region = world.usedRegion(name)
    const record = region?.usageReports.get(reportId)
    if (!region || !record) return
    record.report.State = 'available'
    record.entries = accountsIn(region, record).flatMap(account => countUses(record, account, region))
  }
}

/** The other accounts that the report is about. */
function accountsIn(region: Region, { ownerId, report }: UsageReportRecord): string[] {
  const users = [...region.instances.values(), ...region.launchTemplates.values()].map(each => each.ownerId)
  const asked = report.AccountIds ?? []
  return [...new Set(users)].filter(account => account !== ownerId && (asked.length === 0 || asked.includes(account)))
}

function countUses({ report, scope }: UsageReportRecord, AccountId: string, region: Region) {
  const { ImageId, ReportId, CreationTime } = report
  const old = { account: AccountId, region: withoutYoung(region, CreationTime) }
  const found = findReferences(ImageId, old, scope)
  return [...scope.types].flatMap(ResourceType => {
    const UsageCount = found.filter(({ type }) => type === ResourceType).length
    return UsageCount > 0
      ? [{ ResourceType, ReportId, UsageCount, AccountId, ImageId, ReportCreationTime: CreationTime }]
      : []
  })
}

/** The region as reports see it. */
function withoutYoung(
  region: Region,
  now: Date
): Pick<Region, 'name' | 'instances' | 'launchTemplates' | 'parameters'> {
  const before = (type: keyof typeof LATE_MS) => now.getTime() - LATE_MS[type]
  const [instances, templates] = [before('ec2:Instance'), before('ec2:LaunchTemplate')]
  return {
    name: region.name,
    parameters: new Map(),
    instances: new Map(
      [...region.instances].filter(
        ([, { instance }]) =>
          (instance.LaunchTime?.getTime() ?? 0) <= instances && instance.State?.Name !== 'terminated'
      )
    ),
    launchTemplates: new Map(
      [...region.launchTemplates].filter(([, { template }]) => (template.CreateTime?.getTime() ?? 0) <= templates)
    )
  }
}

export const imageUsageTransitions = [reporting] as const
