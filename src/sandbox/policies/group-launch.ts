import type { LaunchTemplateSpecification, MixedInstancesPolicy } from '@aws-sdk/client-auto-scaling'
import type { RunInstancesRequest } from '@aws-sdk/client-ec2'

interface GroupInput {
  readonly LaunchTemplate?: LaunchTemplateSpecification
  readonly MixedInstancesPolicy?: MixedInstancesPolicy
  readonly VPCZoneIdentifier?: string
  readonly AvailabilityZones?: readonly string[]
}

/**
 * The launch that who makes or changes a group with a launch template must be allowed; undefined for any other request.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-launch-template-permissions.html
 */
export function launchOfGroup(operation: string, input: GroupInput): RunInstancesRequest | undefined {
  if (!/^(Create|Update)AutoScalingGroup$/.test(operation)) return undefined
  const mixed = input.MixedInstancesPolicy?.LaunchTemplate
  const template = input.LaunchTemplate ?? mixed?.LaunchTemplateSpecification
  if (!template) return undefined
  const type = mixed?.Overrides?.[0]?.InstanceType as RunInstancesRequest['InstanceType']
  const subnet = input.VPCZoneIdentifier?.split(',')[0]?.trim()
  const zone = input.AvailabilityZones?.[0]
  return {
    MinCount: 1,
    MaxCount: 1,
    LaunchTemplate: template,
    ...(type && { InstanceType: type }),
    ...(subnet ? { SubnetId: subnet } : zone && { Placement: { AvailabilityZone: zone } })
  }
}
