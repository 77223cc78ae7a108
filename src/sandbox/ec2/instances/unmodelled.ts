import type { RunInstancesRequest } from '@aws-sdk/client-ec2'
import { ServiceError } from '../../errors.ts'
import { refuseUnmodelled } from '../../unmodelled.ts'

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
export function refuseUnmodelledLaunch(input: RunInstancesRequest): void {
  if (input.HibernationOptions?.Configured) {
    throw new ServiceError('UnsupportedHibernationConfiguration', 'The sandbox does not model hibernation')
  }
  refuseUnmodelled(input, UNMODELLED)
  refuseUnmodelled(input.CapacityReservationSpecification ?? {}, ['CapacityReservationTarget'])
}
