import type { RunInstancesRequest } from '@aws-sdk/client-ec2'
import { launch } from '../ec2/instances/launch.ts'
import { ServiceError } from '../errors.ts'
import type { InstanceRecord } from '../world/records.ts'
import { beginActivity, endActivity } from './activities.ts'
import { nextMarket } from './capacity.ts'
import { type Choice, choicesOf } from './choices.ts'
import { byFewest, into, type Location } from './locations.ts'
import type { LaunchSource, Member } from './records.ts'
import type { Scope } from './scope.ts'

const GROUP_TAG = 'aws:autoscaling:groupName'

/** The name of the group that an instance says it is of. */
export const groupNameOf = ({ tags }: InstanceRecord): string | undefined => tags.get(GROUP_TAG)

/** Marks an instance as the group's. */
export const markMember = ({ tags }: InstanceRecord, group: string): void => void tags.set(GROUP_TAG, group)

export const unmarkMember = ({ tags }: InstanceRecord): void => void tags.delete(GROUP_TAG)

/**
 * Launches one instance for a group, where it has the fewest: in the first zone, of the first type that works. Where
 * none does, the activity that is recorded fails with EC2's own sentence, and its error is returned.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html#arch-AutoScalingMultiAZ
 */
export function launchMember(
  scope: Scope,
  source: LaunchSource,
  state: 'Pending' | 'Warmed:Pending',
  cause: string
): Member | ServiceError {
  const { record, call } = scope
  const attempts = attemptsOf(scope, source)
  if (attempts instanceof ServiceError) return fail(scope, attempts, cause)
  let first: { error: ServiceError; location: Location } | undefined
  for (const { location, choose } of attempts) {
    try {
      const choice = choose()
      const launched = launchInstance(scope, into(location, choice.request))
      markMember(launched, record.group.AutoScalingGroupName)
      return addMember(scope, launched, choice.origin, { state, cause })
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error
      first ??= { error, location }
    }
  }
  const error = first?.error ?? new ServiceError('InternalError', 'nowhere to launch')
  return fail(scope, error, cause, first?.location ?? locationIn(call.region.name))
}

interface Attempt {
  readonly location: Location
  readonly choose: () => Choice
}

/** Where and how it is tried, in turn. A network that is gone is what the launch fails with. */
function attemptsOf(scope: Scope, source: LaunchSource): Attempt[] | ServiceError {
  try {
    const choices = choicesOf(source, nextMarket(scope, source), scope.call)
    const locations = byFewest(scope.record, scope.call)
    return locations.flatMap(location => choices.map(choose => ({ location, choose })))
  } catch (error) {
    if (error instanceof ServiceError) return error
    throw error
  }
}

const locationIn = (region: string): Location => ({ zone: region, subnetId: '' })

function launchInstance({ record, call }: Scope, request: RunInstancesRequest): InstanceRecord {
  const reservationId = launch(request, call)
  for (const instance of call.region.instances.values()) {
    if (instance.reservationId !== reservationId) continue
    for (const [key, { value, propagates }] of record.tags) if (propagates) instance.tags.set(key, value)
    return instance
  }
  throw new Error(`reservation ${reservationId} has no instance`)
}

/** Takes an instance into a group. */
function addMember(
  scope: Scope,
  { instance }: InstanceRecord,
  origin: Choice['origin'],
  { state, cause }: { state: 'Pending' | 'Warmed:Pending'; cause: string }
): Member {
  const { InstanceId, InstanceType: type = 'm1.small', SubnetId: subnetId } = instance
  const zone = instance.Placement?.AvailabilityZone ?? ''
  const where = state === 'Pending' ? '' : ' into warm pool'
  const { ActivityId } = beginActivity(scope, {
    description: `Launching a new EC2 instance${where}: ${InstanceId}`,
    cause,
    subnetId,
    zone
  })
  const member: Member = {
    activityId: ActivityId,
    instance: {
      InstanceId,
      InstanceType: type,
      AvailabilityZone: zone,
      LifecycleState: state,
      HealthStatus: 'Healthy',
      ProtectedFromScaleIn: scope.record.group.NewInstancesProtectedFromScaleIn ?? false,
      ...origin
    }
  }
  scope.record.members.set(InstanceId, member)
  return member
}

function fail(
  scope: Scope,
  error: ServiceError,
  cause: string,
  location = locationIn(scope.call.region.name)
): ServiceError {
  const { ActivityId } = beginActivity(scope, {
    description: 'Launching a new EC2 instance',
    cause,
    subnetId: location.subnetId,
    zone: location.zone
  })
  endActivity(scope, ActivityId, launchFailure(error))
  return error
}

/** As activities and refreshes say it: EC2's sentence, and what came of it. */
export const launchFailure = ({ message }: ServiceError): string =>
  `${message.replace(/\.?$/, '.')} Launching EC2 instance failed.`
