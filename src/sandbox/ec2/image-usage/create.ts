import type { CreateImageUsageReportRequest, CreateImageUsageReportResult } from '@aws-sdk/client-ec2'
import { invalidValue, missingParameter, ServiceError } from '../../errors.ts'
import type { Call, Handler } from '../../handler.ts'
import { newId } from '../../world/ids.ts'
import { stopDryRun } from '../dryrun.ts'
import { findOwnImage } from '../image-access.ts'
import { type ReferenceScope, readScope, type SupportedTypes } from '../image-references/options.ts'
import { tagsFor } from '../tags.ts'
import { once } from '../tokens.ts'
import { checkUser } from '../user-ids.ts'
import { reporting } from './life.ts'

const TYPES: SupportedTypes = {
  'ec2:Instance': undefined,
  'ec2:LaunchTemplate': 'version-depth',
  'imagebuilder:ImageRecipe': undefined,
  'imagebuilder:ContainerRecipe': undefined
}
const MOST_ACCOUNTS = 200
const DEFAULT_DEPTH = 20
const EXPIRES_MS = 30 * 86_400_000

/**
 * Begins a report on how many resources of other accounts name an image of the caller's own; instances of the last day and
 * launch templates of the last days may be missing. It is there for 30 days.
 *
 * @lacks recipes of Image Builder: none are there; the limit of 2,000 pending reports
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/your-ec2-ami-usage.html
 */
export const createImageUsageReport: Handler<CreateImageUsageReportRequest, CreateImageUsageReportResult> = (
  input,
  call
) => {
  if (!input.ImageId) throw missingParameter('ImageId')
  if (!input.ResourceTypes?.length) throw missingParameter('ResourceType')
  const { image } = findOwnImage(input.ImageId, call)
  const scope = readScope(input.ResourceTypes, TYPES, DEFAULT_DEPTH)
  checkAccounts(input.AccountIds ?? [])
  const tags = tagsFor('image-usage-report', input.TagSpecifications, ['image-usage-report'])
  stopDryRun(input)
  const make = () => {
    checkPending(image.ImageId, call)
    return begin(input, scope, tags, call)
  }
  return { ReportId: once('CreateImageUsageReport', input, call, make) }
}

function checkAccounts(ids: readonly string[]): void {
  if (ids.length > MOST_ACCOUNTS) throw invalidValue('AccountId', String(ids.length), `up to ${MOST_ACCOUNTS} accounts`)
  for (const id of ids) checkUser(id, [])
}

/** One report at a time is made of an image. */
function checkPending(imageId: string, { region }: Call): void {
  const isPending = [...region.usageReports.values()].some(
    ({ report }) => report.ImageId === imageId && report.State === 'pending'
  )
  if (!isPending) return
  throw new ServiceError('ResourceLimitExceeded', `A usage report of the image ${imageId} is pending already`)
}

function begin(
  { ImageId = '', ResourceTypes, AccountIds }: CreateImageUsageReportRequest,
  scope: ReferenceScope,
  tags: Map<string, string>,
  { region, account, world, now }: Call
): string {
  const ReportId = newId('amiur')
  region.usageReports.set(ReportId, {
    ownerId: account,
    tags,
    scope,
    entries: [],
    report: {
      ReportId,
      ImageId,
      ...(ResourceTypes && { ResourceTypes }),
      ...(AccountIds && { AccountIds }),
      State: 'pending',
      CreationTime: now,
      ExpirationTime: new Date(now.getTime() + EXPIRES_MS)
    }
  })
  world.after('usageReport', reporting, { region: region.name, reportId: ReportId })
  return ReportId
}
