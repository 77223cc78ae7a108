import type {
  DescribeFastLaunchImagesSuccessItem,
  EnableFastLaunchRequest,
  FastLaunchLaunchTemplateSpecificationResponse
} from '@aws-sdk/client-ec2'
import { invalidValue, missingParameter } from '../../errors.ts'
import type { Call } from '../../handler.ts'
import { findTemplate, findVersion } from '../launch-templates/find.ts'

const LEAST_PARALLEL = 6
const DEFAULT_SNAPSHOTS = 5

/** What of fast launch a request configures. */
export type Configuration = Pick<
  DescribeFastLaunchImagesSuccessItem,
  'ResourceType' | 'SnapshotConfiguration' | 'LaunchTemplate' | 'MaxParallelLaunches'
>

/**
 * Errors: InvalidParameterValue, MissingParameter, and those of the launch template.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableFastLaunch.html
 */
export function readConfiguration(input: EnableFastLaunchRequest, call: Call): Configuration {
  const { ResourceType: type = 'snapshot', MaxParallelLaunches = LEAST_PARALLEL, SnapshotConfiguration } = input
  const TargetResourceCount = SnapshotConfiguration?.TargetResourceCount ?? DEFAULT_SNAPSHOTS
  if (type !== 'snapshot') throw invalidValue('ResourceType', type, 'snapshot')
  if (!(Number.isInteger(MaxParallelLaunches) && MaxParallelLaunches >= LEAST_PARALLEL)) {
    throw invalidValue('MaxParallelLaunches', String(MaxParallelLaunches), `${LEAST_PARALLEL} or greater`)
  }
  if (!(Number.isInteger(TargetResourceCount) && TargetResourceCount > 0)) {
    throw invalidValue('TargetResourceCount', String(TargetResourceCount), 'a whole number from 1')
  }
  const LaunchTemplate = readTemplate(input.LaunchTemplate, call)
  return { ResourceType: type, SnapshotConfiguration: { TargetResourceCount }, LaunchTemplate, MaxParallelLaunches }
}

function readTemplate(
  asked: EnableFastLaunchRequest['LaunchTemplate'],
  call: Call
): FastLaunchLaunchTemplateSpecificationResponse {
  if (!asked) return {}
  const record = findTemplate(asked, call)
  if (!asked.Version) throw missingParameter('LaunchTemplate.Version')
  findVersion(record, asked.Version)
  const { LaunchTemplateId, LaunchTemplateName } = record.template
  return { LaunchTemplateId, LaunchTemplateName, Version: asked.Version }
}
