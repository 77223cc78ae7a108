import type { Instance, LaunchTemplateOverrides, MixedInstancesPolicy } from '@aws-sdk/client-auto-scaling'
import type { RunInstancesRequest } from '@aws-sdk/client-ec2'
import type { Call } from '../handler.ts'
import { requestOfConfiguration } from './configuration-request.ts'
import { findLaunchConfiguration } from './names.ts'
import type { LaunchSource } from './records.ts'
import { requestOfTemplate, resolveTemplate } from './templates.ts'

/** One way to launch an instance of a group. */
export interface Choice {
  readonly request: RunInstancesRequest
  /** What the instance says that it was launched from. */
  readonly origin: Pick<Instance, 'LaunchConfigurationName' | 'LaunchTemplate' | 'ImageId' | 'WeightedCapacity'>
}

export type Market = 'on-demand' | 'spot'

/** The ways to launch from a source, the preferred one first. Each is made when it is tried: errors are its own. */
export function choicesOf(source: LaunchSource, market: Market, call: Call): (() => Choice)[] {
  const { LaunchConfigurationName: name, LaunchTemplate: template, MixedInstancesPolicy: policy } = source
  if (policy) return mixedChoices(policy, market, call)
  if (template) {
    return [
      () => ({
        request: requestOfTemplate(template, {}, call),
        origin: { LaunchTemplate: resolveTemplate(template, call).specification }
      })
    ]
  }
  return [
    () => ({
      request: requestOfConfiguration(findLaunchConfiguration(name, call).configuration),
      origin: { LaunchConfigurationName: name }
    })
  ]
}

/**
 * The overrides of a policy in their order; each can have its own template and image.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchTemplateOverrides.html
 */
function mixedChoices(policy: MixedInstancesPolicy, market: Market, call: Call): (() => Choice)[] {
  const { LaunchTemplateSpecification: common, Overrides: overrides = [] } = policy.LaunchTemplate ?? {}
  const spot = market === 'spot' ? spotOptions(policy) : {}
  return (overrides.length > 0 ? overrides : [{}]).map((override: LaunchTemplateOverrides) => () => {
    const { InstanceType: type, ImageId, WeightedCapacity } = override
    const template = override.LaunchTemplateSpecification ?? common ?? {}
    const InstanceType = type as RunInstancesRequest['InstanceType']
    return {
      request: requestOfTemplate(
        template,
        { ...(InstanceType && { InstanceType }), ...(ImageId && { ImageId }), ...spot },
        call
      ),
      origin: {
        LaunchTemplate: resolveTemplate(template, call).specification,
        ...(ImageId && { ImageId }),
        ...(WeightedCapacity && { WeightedCapacity })
      }
    }
  })
}

function spotOptions({ InstancesDistribution }: MixedInstancesPolicy): Partial<RunInstancesRequest> {
  const MaxPrice = InstancesDistribution?.SpotMaxPrice
  return { InstanceMarketOptions: { MarketType: 'spot', ...(MaxPrice && { SpotOptions: { MaxPrice } }) } }
}
