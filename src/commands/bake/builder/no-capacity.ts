import type { Candidate } from '../plan/plan-candidates.ts'

/** What a refusal says of a candidate: which others need not be tried any more. */
type RulesOut = (failed: Candidate, other: Candidate) => boolean

const nothingElse: RulesOut = () => false
/** A quota counts in the whole region, by type and market. */
const sameType: RulesOut = (failed, other) =>
  other.instanceType === failed.instanceType && other.market === failed.market
const sameSubnet: RulesOut = (failed, other) => other.subnetId === failed.subnetId
const sameMarket: RulesOut = (failed, other) => other.market === failed.market

/**
 * EC2's refusals of a launch that may go well with another type, in another subnet or on another market.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-error-codes.html
 */
const NO_CAPACITY: Readonly<Record<string, RulesOut>> = {
  InsufficientAddressCapacity: nothingElse,
  InsufficientCapacity: nothingElse,
  InsufficientCapacityOnHost: nothingElse,
  InsufficientFreeAddressesInSubnet: sameSubnet,
  InsufficientHostCapacity: nothingElse,
  InsufficientInstanceCapacity: nothingElse,
  InsufficientReservedInstanceCapacity: nothingElse,
  InsufficientVolumeCapacity: nothingElse,
  InstanceLimitExceeded: sameType,
  MaxSpotInstanceCountExceeded: sameType,
  SpotMaxPriceTooLow: nothingElse,
  UnfulfillableCapacity: nothingElse,
  Unsupported: nothingElse,
  VcpuLimitExceeded: sameType,
  VolumeTypeNotAvailableInZone: nothingElse,
  'AuthFailure.ServiceLinkedRoleCreationNotPermitted': sameMarket
}

const QUOTAS = new Set(['InstanceLimitExceeded', 'MaxSpotInstanceCountExceeded', 'VcpuLimitExceeded'])

/** Whether another candidate may have what this refusal says is missing. */
export const isNoCapacity = (code: string): boolean => Object.hasOwn(NO_CAPACITY, code)

/** Whether it is the account's quota that is used up. */
export const isQuota = (code: string): boolean => QUOTAS.has(code)

/** The candidates that are left after one was refused. */
export const without = (failed: Candidate, code: string, left: readonly Candidate[]): Candidate[] =>
  left.filter(other => !NO_CAPACITY[code]?.(failed, other))
