import type { LaunchTemplateSpecification } from '@aws-sdk/client-auto-scaling'
import type { Call } from '../handler.ts'
import type { LaunchSource, Member } from './records.ts'
import { resolveTemplate } from './templates.ts'

/**
 * Whether an instance is what its group would launch now: of the same version of the same template, of a type and
 * image that the policy names.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh-skip-matching.html
 */
export function matches(member: Member, source: LaunchSource, call: Call): boolean {
  const { LaunchConfigurationName: name, LaunchTemplate: template, MixedInstancesPolicy: policy } = source
  if (template) return isOf(member, template, call)
  if (!policy) return member.instance.LaunchConfigurationName === name
  const { LaunchTemplateSpecification: common = {}, Overrides: overrides = [] } = policy.LaunchTemplate ?? {}
  return (overrides.length > 0 ? overrides : [{}]).some(
    ({ InstanceType: type = member.instance.InstanceType, ImageId, LaunchTemplateSpecification: own = common }) =>
      type === member.instance.InstanceType && ImageId === member.instance.ImageId && isOf(member, own, call)
  )
}

function isOf({ instance }: Member, template: LaunchTemplateSpecification, call: Call): boolean {
  const { LaunchTemplateId, Version } = resolveTemplate(template, call).specification
  return instance.LaunchTemplate?.LaunchTemplateId === LaunchTemplateId && instance.LaunchTemplate.Version === Version
}

/** The templates that a source names. */
function templatesOf({ LaunchTemplate, MixedInstancesPolicy }: LaunchSource): LaunchTemplateSpecification[] {
  const { LaunchTemplateSpecification: common, Overrides: overrides = [] } = MixedInstancesPolicy?.LaunchTemplate ?? {}
  return [LaunchTemplate, common, ...overrides.map(each => each.LaunchTemplateSpecification)].flatMap(
    each => each ?? []
  )
}

/** Whether an image is named by a Systems Manager parameter. */
export const usesParameter = (source: LaunchSource, call: Call): boolean =>
  templatesOf(source).some(template => resolveTemplate(template, call).image?.startsWith('resolve:ssm:'))

/** Whether a version is named that changes by itself. No version at all is the default one. */
export const usesMovingVersion = (source: LaunchSource): boolean =>
  templatesOf(source).some(({ Version: version = '$Default' }) => version.startsWith('$'))
