import { ServiceError } from '../errors.ts'
import type { Service } from '../wire/operations.ts'
import type { FaultAction } from './fault-rules.ts'
import type { Protocol } from './route.ts'

/** What a service answers whichever operation it was asked for. */
export type CommonFailure = 'throttle' | 'internal' | 'unavailable'

type Failures = Readonly<Record<CommonFailure, readonly [code: string, status: number, message: string]>>

const EC2: Failures = {
  throttle: ['RequestLimitExceeded', 503, 'Request limit exceeded.'],
  internal: ['InternalError', 500, 'An internal error has occurred'],
  unavailable: ['Unavailable', 503, "The server is overloaded and can't handle the request."]
}

const QUERY: Failures = {
  throttle: ['Throttling', 400, 'Rate exceeded'],
  internal: ['InternalFailure', 500, 'The request processing has failed because of an unknown error.'],
  unavailable: ['ServiceUnavailable', 503, 'The request has failed due to a temporary failure of the server.']
}

const JSON_SERVICES: Failures = {
  throttle: ['ThrottlingException', 400, 'Rate exceeded'],
  internal: ['InternalServerError', 500, 'The request processing has failed because of an unknown error.'],
  unavailable: ['ServiceUnavailableException', 503, 'The request has failed due to a temporary failure of the server.']
}

/** Of services that say it in their own way. */
const INTERNAL_CODES: Readonly<Partial<Record<Service, string>>> = {
  kms: 'KMSInternalException',
  rbin: 'InternalServerException'
}

/**
 * A failure that has nothing to do with the request, as the services of this protocol say it.
 *
 * @see https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-error-codes.html
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/CommonErrors.html
 */
export function commonError(
  { service, protocol }: { service: Service; protocol: Protocol },
  failure: CommonFailure,
  sentence?: string
): ServiceError {
  const failures = protocol === 'ec2' ? EC2 : protocol === 'query' ? QUERY : JSON_SERVICES
  const [code, status, message] = failures[failure]
  const ownCode = failure === 'internal' ? INTERNAL_CODES[service] : undefined
  return new ServiceError(ownCode ?? code, sentence ?? message, status)
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html#troubleshooting-launch-capacity */
export function capacityError(input: object, sentence?: string): ServiceError {
  const { InstanceType: type = 'instance', Placement: placement } = input as {
    InstanceType?: string
    Placement?: { AvailabilityZone?: string }
  }
  const zone = placement?.AvailabilityZone
  const where = zone ? `in the Availability Zone you requested (${zone})` : 'in the Region you requested'
  const usual = `We currently do not have sufficient ${type} capacity ${where}. Our system will be working on provisioning additional capacity.`
  return new ServiceError('InsufficientInstanceCapacity', sentence ?? usual, 500)
}

/** Whether an action is an error that `commonError` writes. */
export const isCommonFailure = (action: FaultAction): action is CommonFailure =>
  action === 'throttle' || action === 'internal' || action === 'unavailable'
