import type { ImageUsageReport, ImageUsageReportEntry } from '@aws-sdk/client-ec2'
import type { Resource } from '../../world/records.ts'
import type { ReferenceScope } from '../image-references/options.ts'

/** A report on who else uses an image. */
export interface UsageReportRecord extends Resource {
  readonly report: ImageUsageReport & {
    readonly ReportId: string
    readonly ImageId: string
    readonly CreationTime: Date
  }
  readonly scope: ReferenceScope
  /** Once it is available. */
  entries: readonly ImageUsageReportEntry[]
}
