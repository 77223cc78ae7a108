import type { TargetCapacitySpecificationRequest } from '@aws-sdk/client-ec2'
import { ServiceError } from '../../errors.ts'

/** How many instances a fleet wants of each market. */
export interface FleetCapacity {
  readonly onDemand: number
  readonly spot: number
}

/**
 * Splits a fleet's target: what is said of neither market goes to the default one, which is on demand unless said.
 * Errors: InvalidFleetConfiguration for more than the total.
 */
export function capacityOf(
  target: TargetCapacitySpecificationRequest & { TotalTargetCapacity: number }
): FleetCapacity {
  const { TotalTargetCapacity: total, DefaultTargetCapacityType: byDefault = 'on-demand' } = target
  const { OnDemandTargetCapacity: onDemand = 0, SpotTargetCapacity: spot = 0 } = target
  const rest = total - onDemand - spot
  if (rest < 0) {
    const sentence = 'OnDemandTargetCapacity and SpotTargetCapacity must not exceed TotalTargetCapacity'
    throw new ServiceError('InvalidFleetConfiguration', sentence)
  }
  return byDefault === 'spot' ? { onDemand, spot: spot + rest } : { onDemand: onDemand + rest, spot }
}
