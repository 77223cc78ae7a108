import type { DescribeVolumesModificationsRequest, DescribeVolumesModificationsResult } from '@aws-sdk/client-ec2'
import { ServiceError } from '../errors.ts'
import type { Handler, Handlers } from '../handler.ts'
import { compileFilters } from '../world/filters.ts'
import { paginate } from '../world/pages.ts'
import { stopDryRun } from './dryrun.ts'
import { select } from './lookup.ts'

/**
 * Answers the last modification of each volume that has had one. One that is named but never was modified is an error.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumesModifications.html
 */
const describeModifications: Handler<DescribeVolumesModificationsRequest, DescribeVolumesModificationsResult> = (
  input,
  { region, account }
) => {
  const found = select('volume', input.VolumeIds, region.volumes, ({ ownerId }) => ownerId === account)
  const missing = input.VolumeIds?.length ? found.find(({ modifications }) => !modifications?.length) : undefined
  if (missing) {
    const sentence = `Modification for volume '${missing.volume.VolumeId}' does not exist.`
    throw new ServiceError('InvalidVolumeModification.NotFound', sentence)
  }
  const all = found.flatMap(({ modifications, tags }) => {
    const last = modifications?.at(-1)
    return last ? [{ last, tags }] : []
  })
  const passes = compileFilters<(typeof all)[number]>(input.Filters, {
    'modification-state': ({ last }) => last.ModificationState,
    'original-iops': ({ last }) => last.OriginalIops,
    'original-size': ({ last }) => last.OriginalSize,
    'original-volume-type': ({ last }) => last.OriginalVolumeType,
    'start-time': ({ last }) => last.StartTime?.toISOString(),
    'target-iops': ({ last }) => last.TargetIops,
    'target-size': ({ last }) => last.TargetSize,
    'target-volume-type': ({ last }) => last.TargetVolumeType,
    'volume-id': ({ last }) => last.VolumeId
  })
  stopDryRun(input)
  const { page, ...rest } = paginate(all.filter(passes), input, { max: 500 })
  return { VolumesModifications: page.map(({ last }) => ({ ...last })), ...rest }
}

export const describeModificationsHandlers = { DescribeVolumesModifications: describeModifications } satisfies Handlers
