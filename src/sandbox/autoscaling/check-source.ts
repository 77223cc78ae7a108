import { planLaunch } from '../ec2/instances/plan-launch.ts'
import { ServiceError } from '../errors.ts'
import type { Call } from '../handler.ts'
import { refuseUnmodelled } from '../unmodelled.ts'
import { choicesOf } from './choices.ts'
import { validationError } from './errors.ts'
import { into, type Location } from './locations.ts'
import { findLaunchConfiguration } from './names.ts'
import type { LaunchSource } from './records.ts'

/** Refusals of a launch that pass by themselves: a group may be made although there is no capacity now. */
export const PASSING = new Set([
  'InsufficientInstanceCapacity',
  'InsufficientFreeAddressesInSubnet',
  'InstanceLimitExceeded',
  'MaxSpotInstanceCountExceeded',
  'VcpuLimitExceeded'
])

/** The one thing that a request names to launch from. Errors: ValidationError for none or several. */
export function chooseSource(input: LaunchSource & { InstanceId?: string | undefined }): LaunchSource {
  const { LaunchConfigurationName, LaunchTemplate, MixedInstancesPolicy } = input
  const given = Object.entries({ LaunchConfigurationName, LaunchTemplate, MixedInstancesPolicy }).filter(
    ([, value]) => value !== undefined && value !== ''
  )
  if (given.length === 1) return Object.fromEntries(given)
  throw validationError(
    'Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.'
  )
}

/**
 * Refuses a source that is not there, and a template that EC2 would not launch from. The image of a launch
 * configuration may have gone since: that is found out by the launch.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-launch-template.html
 */
export function checkSource(source: LaunchSource, locations: readonly Location[], call: Call): void {
  if (source.LaunchConfigurationName) {
    findLaunchConfiguration(source.LaunchConfigurationName, call)
    return
  }
  const { LaunchTemplate: mixed, InstancesDistribution: distribution } = source.MixedInstancesPolicy ?? {}
  if (source.MixedInstancesPolicy && !mixed?.LaunchTemplateSpecification) {
    throw validationError('You must specify a launch template specification in the MixedInstancesPolicy.')
  }
  for (const override of mixed?.Overrides ?? []) refuseUnmodelled(override, ['InstanceRequirements'])
  refuseUnmodelled(distribution ?? {}, ['DistributionSegments'])
  const [location] = locations
  for (const choose of choicesOf(source, 'on-demand', call)) {
    checkTemplate(() => planLaunch(location ? into(location, choose().request) : choose().request, call))
  }
}

function checkTemplate(plan: () => unknown): void {
  try {
    plan()
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code === 'UnsupportedOperation') throw error
    if (PASSING.has(error.code)) return
    throw validationError(`You must use a valid fully-formed launch template. ${error.message}`)
  }
}
