import { randomBytes, randomUUID } from 'node:crypto'
import { ServiceError } from '../errors.ts'

/** A new resource id as EC2 makes them: prefix and 17 hexadecimal digits. */
export const newId = (prefix: string): string => `${prefix}-${randomBytes(9).toString('hex').slice(0, 17)}`

/** A new request id, as every answer carries one. */
export const newRequestId = (): string => randomUUID()

interface IdKind {
  readonly prefix: string
  /** The middle of EC2's error codes: `InvalidAMIID.Malformed`, `InvalidAMIID.NotFound`. */
  readonly error: string
  /** The code for a malformed id, where it is not `ERROR.Malformed`. */
  readonly malformed?: string
  readonly noun: string
  /** What follows the prefix, where it is not 8 or 17 hexadecimal digits. */
  readonly form?: RegExp
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** @see https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-error-codes.html */
export const ID_KINDS = {
  image: { prefix: 'ami', error: 'InvalidAMIID', noun: 'image id' },
  snapshot: { prefix: 'snap', error: 'InvalidSnapshot', malformed: 'InvalidParameterValue', noun: 'snapshot' },
  volume: { prefix: 'vol', error: 'InvalidVolume', malformed: 'InvalidParameterValue', noun: 'volume' },
  instance: { prefix: 'i', error: 'InvalidInstanceID', noun: 'instance ID' },
  subnet: { prefix: 'subnet', error: 'InvalidSubnetID', noun: 'subnet ID' },
  vpc: { prefix: 'vpc', error: 'InvalidVpcID', noun: 'vpc ID' },
  securityGroup: { prefix: 'sg', error: 'InvalidGroup', malformed: 'InvalidGroupId.Malformed', noun: 'security group' },
  networkInterface: {
    prefix: 'eni',
    error: 'InvalidNetworkInterfaceID',
    malformed: 'InvalidNetworkInterfaceId.Malformed',
    noun: 'networkInterface ID'
  },
  keyPair: { prefix: 'key', error: 'InvalidKeyPair', malformed: 'InvalidParameterValue', noun: 'key pair ID' },
  launchTemplate: { prefix: 'lt', error: 'InvalidLaunchTemplateId', noun: 'launch template ID' },
  spotRequest: { prefix: 'sir', error: 'InvalidSpotInstanceRequestID', noun: 'spot instance request ID' },
  fleet: { prefix: 'fleet', error: 'InvalidFleetId', noun: 'fleet ID', form: UUID },
  usageReport: { prefix: 'amiur', error: 'InvalidImageUsageReportId', noun: 'image usage report ID' },
  spotFleet: { prefix: 'sfr', error: 'InvalidSpotFleetRequestId', noun: 'spot fleet request ID', form: UUID }
} as const satisfies Record<string, IdKind>

export type IdKindName = keyof typeof ID_KINDS

const HEXADECIMAL = /^([0-9a-f]{8}|[0-9a-f]{17})$/

/** Refuses an id that is not of its kind's form. */
export function checkId(kind: IdKindName, id: string): void {
  const { prefix, error, noun, malformed, form = HEXADECIMAL }: IdKind = ID_KINDS[kind]
  if (id.startsWith(`${prefix}-`) && form.test(id.slice(prefix.length + 1))) return
  throw new ServiceError(
    malformed ?? `${error}.Malformed`,
    `Invalid ${noun}: "${id.slice(0, 60)}" (expecting "${prefix}-...")`
  )
}

/** EC2's NotFound error of this kind, for the ids that are not there. */
export function notFound(kind: IdKindName, ids: readonly string[]): ServiceError {
  const { error, noun } = ID_KINDS[kind]
  const list = ids.join(', ')
  const sentence = ids.length > 1 ? `The ${noun}s '[${list}]' do not exist` : `The ${noun} '[${list}]' does not exist`
  return new ServiceError(`${error}.NotFound`, sentence)
}
