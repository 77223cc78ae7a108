import type { InstanceInterruptionBehavior, RunInstancesRequest, SpotInstanceType } from '@aws-sdk/client-ec2'
import { invalidValue, ServiceError } from '../../errors.ts'
import { checkOneOf } from './launch-options.ts'

/** How a launch asks for spot instances. */
export interface SpotPlan {
  readonly type: SpotInstanceType
  readonly behavior: InstanceInterruptionBehavior
  readonly maxPrice?: string | undefined
  readonly validUntil?: Date | undefined
}

const LEAST_PRICE = 0.001

/**
 * What a launch says of the market: undefined for on demand.
 * Errors: InvalidParameterValue, InvalidParameterCombination, UnsupportedOperation.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SpotMarketOptions.html
 */
export function planSpot({ InstanceMarketOptions: market }: RunInstancesRequest): SpotPlan | undefined {
  checkOneOf('MarketType', market?.MarketType, ['spot'])
  if (market?.MarketType !== 'spot') return undefined
  const { SpotInstanceType, InstanceInterruptionBehavior, MaxPrice, ValidUntil } = market.SpotOptions ?? {}
  const plan = {
    type: SpotInstanceType ?? 'one-time',
    behavior: InstanceInterruptionBehavior ?? 'terminate',
    maxPrice: checkPrice(MaxPrice),
    validUntil: ValidUntil
  } as const
  checkSpot(plan)
  if (plan.type === 'persistent' && plan.behavior === 'terminate') {
    const sentence = `The request with type 'persistent' is not supported when instanceInterruptionBehavior is set to 'terminate'.`
    throw new ServiceError('InvalidParameterCombination', sentence)
  }
  if (plan.type === 'one-time' && plan.validUntil) {
    throw new ServiceError('InvalidParameterCombination', 'ValidUntil is not supported for one-time requests.')
  }
  return plan
}

/** What RunInstances and RequestSpotInstances refuse of a spot request alike. */
export function checkSpot({ type, behavior }: SpotPlan): void {
  checkOneOf('SpotInstanceType', type, ['one-time', 'persistent'])
  checkOneOf('InstanceInterruptionBehavior', behavior, ['hibernate', 'stop', 'terminate'])
  if (behavior === 'hibernate') {
    throw new ServiceError('UnsupportedOperation', 'The sandbox does not model hibernation')
  }
  if (type === 'one-time' && behavior === 'stop') {
    const sentence = `The request with type 'one-time' is not supported when instanceInterruptionBehavior is set to 'stop'.`
    throw new ServiceError('InvalidParameterCombination', sentence)
  }
}

/** A price in USD an hour; none for up to the price on demand. */
export function checkPrice(price: string | undefined): string | undefined {
  if (price === undefined || Number(price) >= LEAST_PRICE) return price
  throw invalidValue('maxPrice', price.slice(0, 40), `at least ${LEAST_PRICE} USD`)
}
