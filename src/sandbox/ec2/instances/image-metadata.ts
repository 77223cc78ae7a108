import type {
  DescribeInstanceImageMetadataRequest,
  DescribeInstanceImageMetadataResult,
  ImageMetadata,
  InstanceImageMetadata
} from '@aws-sdk/client-ec2'
import type { Call, Handler, Handlers } from '../../handler.ts'
import { compileFilters, type FilterFields } from '../../world/filters.ts'
import { paginate } from '../../world/pages.ts'
import type { InstanceRecord } from '../../world/records.ts'
import { zoneIdOf } from '../../world/regions.ts'
import { isImageAllowed } from '../allowed-images/allowed.ts'
import { stopDryRun } from '../dryrun.ts'
import { knownImage } from '../images/known-image.ts'
import { tagSet } from '../tags.ts'
import { selectInstances } from './visible.ts'

/** An instance, and what is answered of it. */
interface Described {
  readonly metadata: InstanceImageMetadata
  readonly tags: InstanceRecord['tags']
}

const fields: FilterFields<Described> = {
  'availability-zone': ({ metadata }) => metadata.AvailabilityZone,
  'zone-id': ({ metadata }) => metadata.ZoneId,
  'instance-id': ({ metadata }) => metadata.InstanceId,
  'instance-type': ({ metadata }) => metadata.InstanceType,
  'instance-state-name': ({ metadata }) => metadata.State?.Name,
  'launch-time': ({ metadata }) => metadata.LaunchTime?.toISOString(),
  'image-allowed': ({ metadata }) => metadata.ImageMetadata?.ImageAllowed,
  'owner-alias': ({ metadata }) => metadata.ImageMetadata?.ImageOwnerAlias,
  'owner-id': ({ metadata }) => metadata.ImageMetadata?.OwnerId
}

/**
 * Tells of the image that each instance was launched from, be it deprecated, deregistered, no longer shared, or not
 * allowed; also of instances that services manage.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceImageMetadata.html
 */
const describeInstanceImageMetadata: Handler<
  DescribeInstanceImageMetadataRequest,
  DescribeInstanceImageMetadataResult
> = (input, call) => {
  const passes = compileFilters(input.Filters, fields)
  const found = selectInstances(input.InstanceIds, call)
    .map(record => describe(record, call))
    .filter(passes)
  stopDryRun(input)
  const { page, ...rest } = paginate(found, input, { min: 1, max: 1000 })
  return { InstanceImageMetadata: page.map(({ metadata }) => metadata), ...rest }
}

function describe(record: InstanceRecord, call: Call): Described {
  const { InstanceId, InstanceType, LaunchTime, State, Operator, Placement, ImageId = '' } = record.instance
  const AvailabilityZone = Placement?.AvailabilityZone ?? ''
  return {
    tags: record.tags,
    metadata: {
      InstanceId,
      InstanceType,
      LaunchTime,
      AvailabilityZone,
      ZoneId: zoneIdOf(AvailabilityZone),
      State,
      OwnerId: record.ownerId,
      Tags: tagSet(record, call.account) ?? [],
      ImageMetadata: describeImage(ImageId, call),
      Operator: Operator ?? { Managed: false }
    }
  }
}

function describeImage(ImageId: string, call: Call): ImageMetadata {
  const record = knownImage(ImageId, call.region)
  if (!record) return { ImageId }
  const { Name, ImageOwnerAlias, CreationDate, DeprecationTime, Public, State, ImageWatermarks } = record.image
  return {
    ImageId,
    Name,
    OwnerId: record.ownerId,
    State: call.region.images.has(ImageId) ? State : 'deregistered',
    ImageOwnerAlias,
    CreationDate,
    DeprecationTime,
    ImageAllowed: isImageAllowed(record, call),
    IsPublic: Public ?? false,
    ImageWatermarks
  }
}

export const imageMetadataHandlers = {
  DescribeInstanceImageMetadata: describeInstanceImageMetadata
} satisfies Handlers
