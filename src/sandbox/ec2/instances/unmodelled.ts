import type { RunInstancesRequest } from '@aws-sdk/client-ec2'
import { ServiceError } from '../../errors.ts'

/** What would change the outcome of a launch, if the sandbox had it. */
const UNMODELLED: readonly (keyof RunInstancesRequest)[] = [
  'ElasticGpuSpecification',
  'ElasticInferenceAccelerators',
  'EnablePrimaryIpv6',
  'Ipv6AddressCount',
  'Ipv6Addresses',
  'LicenseSpecifications',
  'NetworkPerformanceOptions',
  'Operator',
  'PrivateIpAddress',
  'SecondaryInterfaces'
]

/** Refuses a launch that asks for what is not modelled. Errors: UnsupportedOperation, UnsupportedHibernationConfiguration. */
export function refuseUnmodelled(input: RunInstancesRequest): void {
  if (input.HibernationOptions?.Configured) {
    throw new ServiceError('UnsupportedHibernationConfiguration', 'The sandbox does not model hibernation')
  }
  const target = input.CapacityReservationSpecification?.CapacityReservationTarget
  const name = UNMODELLED.find(each => isGiven(input[each])) ?? (target && 'CapacityReservationTarget')
  if (name) throw new ServiceError('UnsupportedOperation', `The sandbox does not model ${name} of a launch`)
}

/** Clients write what they have nothing for as empty. */
function isGiven(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  return value !== undefined && value !== '' && value !== false && value !== 0
}
