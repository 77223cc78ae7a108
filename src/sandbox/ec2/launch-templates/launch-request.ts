import type { RunInstancesRequest, TagSpecification } from '@aws-sdk/client-ec2'
import { ServiceError } from '../../errors.ts'
import type { Call } from '../../handler.ts'
import { findTemplate, findVersion } from './find.ts'
import type { TemplateVersion } from './record.ts'

/**
 * A launch with the parameters of its template filled in, and its template by id and version number. What the request
 * has itself stays: whole parameters, also lists; only tags are joined, where those of the request prevail by key.
 * Errors: InvalidLaunchTemplate*, and InvalidParameterCombination for a template that asks for kinds of types only.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html (LaunchTemplate)
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/launch-instances-from-launch-template.html
 */
export function withTemplate(input: RunInstancesRequest, call: Call): RunInstancesRequest {
  if (!input.LaunchTemplate) return input
  const record = findTemplate(input.LaunchTemplate, call)
  const version = findVersion(record, input.LaunchTemplate.Version)
  const ofTemplate = requestOf(version, input)
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
  const { LaunchTemplateId } = record.template
  return {
    ...input,
    ...ofTemplate,
    ...given,
    TagSpecifications: joinTags(ofTemplate.TagSpecifications, input.TagSpecifications),
    LaunchTemplate: { LaunchTemplateId, Version: String(version.VersionNumber) }
  }
}

function requestOf({ LaunchTemplateData: data }: TemplateVersion, { InstanceType: type }: RunInstancesRequest) {
  const { RamDiskId, Monitoring, SecondaryInterfaces, InstanceRequirements, ...others } = data
  const { ElasticGpuSpecifications: _, Operator: __, ...rest } = others
  if (InstanceRequirements && !type) {
    const sentence = 'InstanceRequirements of a launch template is not supported here: specify an InstanceType.'
    throw new ServiceError('InvalidParameterCombination', sentence)
  }
  if (SecondaryInterfaces?.length) {
    throw new ServiceError('UnsupportedOperation', 'The sandbox does not model secondary interfaces')
  }
  return { ...rest, RamdiskId: RamDiskId, Monitoring: Monitoring && { Enabled: Monitoring.Enabled ?? false } }
}

function joinTags(
  ofTemplate: readonly TagSpecification[] = [],
  ofRequest: readonly TagSpecification[] = []
): TagSpecification[] | undefined {
  const all = [...ofTemplate, ...ofRequest]
  if (all.length === 0) return undefined
  return [...new Set(all.map(({ ResourceType }) => ResourceType))].map(ResourceType => {
    const tags = all.filter(each => each.ResourceType === ResourceType).flatMap(({ Tags = [] }) => Tags)
    return { ResourceType, Tags: [...new Map(tags.map(tag => [tag.Key, tag])).values()] }
  })
}

/**
 * The tags by which an instance names the template that it was launched from.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/launch-instances-from-launch-template.html
 */
export const templateTags = ({ LaunchTemplate }: RunInstancesRequest): [key: string, value: string][] =>
  LaunchTemplate
    ? [
        ['aws:ec2launchtemplate:id', LaunchTemplate.LaunchTemplateId ?? ''],
        ['aws:ec2launchtemplate:version', LaunchTemplate.Version ?? '']
      ]
    : []
