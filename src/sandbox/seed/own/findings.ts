import type { ImageFinding, ScanResults } from '@aws-sdk/client-ec2'
import * as z from 'zod/mini'
import { SEVERITIES, summarize } from '../../ec2/findings/scan-results.ts'
import { ServiceError } from '../../errors.ts'
import type { Call } from '../../handler.ts'

const time = z.optional(
  z.pipe(
    z.iso.datetime(),
    z.transform((text: string) => new Date(text))
  )
)
const severity = z.enum(SEVERITIES)

/** As GetImageFindings answers it; what is known by its CVE has that in its title. */
const finding = z.strictObject({
  FixAvailable: z._default(z.boolean(), false),
  Score: z.optional(z.number().check(z.gte(0), z.lte(10))),
  FirstObservedAt: time,
  UpdatedAt: time,
  Title: z.optional(z.string()),
  Paths: z.optional(z.array(z.string())),
  SeverityLabel: severity,
  SnapshotId: z.optional(z.string())
})

/** What a scan of an image has found: nothing, in a clean one. */
export const findings = z.strictObject({
  imageId: z.string(),
  findings: z.array(finding),
  /** What of DescribeImages' ScanResults does not follow from the findings, such as since when there is a fix. */
  ScanResults: z.optional(
    z.strictObject({
      HighestFindingSeverityLabel: z.optional(severity),
      FindingScanDate: time,
      InformationalFixAvailableSince: time,
      LowFixAvailableSince: time,
      MediumFixAvailableSince: time,
      HighFixAvailableSince: time,
      CriticalFixAvailableSince: time
    })
  )
})

/** Makes an image one that has been scanned, now or when the seed says. Errors: a ServiceError for an unknown image. */
export function addFindings(seed: z.infer<typeof findings>, { region, now }: Call): void {
  const { imageId, ScanResults: given = {} } = seed
  const image = region.images.get(imageId)?.image
  if (!image) throw new ServiceError('Seed', `findings: there is no image ${imageId} in ${region.name}`)
  const scanned = given.FindingScanDate ?? now
  const SnapshotId = image.BlockDeviceMappings?.find(({ Ebs: ebs }) => ebs?.SnapshotId)?.Ebs?.SnapshotId
  const found = seed.findings.map(
    (each): ImageFinding => ({ FirstObservedAt: scanned, UpdatedAt: scanned, SnapshotId, ...each })
  )
  region.imageFindings.set(imageId, found)
  const ScanResults: ScanResults = { ...summarize(found, scanned), ...given }
  Object.assign(image, { ScanResults })
}
