import type {
  StartInstancesRequest,
  StartInstancesResult,
  StopInstancesRequest,
  StopInstancesResult
} from '@aws-sdk/client-ec2'
import { ServiceError } from '../../errors.ts'
import type { Call, Handler, Handlers } from '../../handler.ts'
import type { InstanceRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { findInstanceType } from '../instance-types.ts'
import { canStop, followLaunch, spotRequestOf } from '../spot/follow.ts'
import { enterSpot } from '../spot/status.ts'
import { checkCapacity } from './capacity.ts'
import { instancesToChange, lifeOf, notPermitted } from './changing.ts'
import { forceEnd, stop } from './guest-end.ts'
import { start } from './guest-life.ts'
import { change, enter, stateOf } from './states.ts'

/**
 * Stops instances, all or none.
 *
 * @lacks hibernation
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html
 */
const stopInstances: Handler<StopInstancesRequest, StopInstancesResult> = (input, call) => {
  const records = instancesToChange(input, call)
  for (const record of records) checkStop(record, call)
  const [first] = records
  if (input.Hibernate && first) {
    const sentence = `Instance '${first.instance.InstanceId}' is not enabled for hibernation`
    throw new ServiceError('UnsupportedHibernationConfiguration', sentence)
  }
  stopDryRun(input)
  const hard = Boolean(input.Force || input.SkipOsShutdown)
  return {
    StoppingInstances: records.map(record => {
      const before = record.instance.State
      stopOne(record, hard, call)
      return change(record, before)
    })
  }
}

function stopOne(record: InstanceRecord, hard: boolean, call: Call): void {
  const state = stateOf(record)
  if (state === 'stopping' && hard) forceEnd(lifeOf(record, call))
  if (state !== 'running') return
  stop(lifeOf(record, call), hard)
  const spot = spotRequestOf({ region: call.region, record })
  if (spot) enterSpot(spot, 'active', 'marked-for-stop', call.now)
}

function checkStop(record: InstanceRecord, { region }: Call): void {
  const { InstanceId: id, RootDeviceType: root } = record.instance
  if (!['running', 'stopping', 'stopped'].includes(stateOf(record))) {
    const sentence = `This instance '${id}' is not in a state from which it can be stopped.`
    throw new ServiceError('IncorrectInstanceState', sentence)
  }
  if (root === 'instance-store') {
    const sentence = `The instance '${id}' does not have an 'ebs' root device type and cannot be stopped.`
    throw new ServiceError('UnsupportedOperation', sentence)
  }
  if (!canStop({ region, record })) {
    const sentence = `You can't stop the Spot Instance '${id}' because it is associated with a one-time Spot Instance request. You can only stop Spot Instances associated with persistent Spot Instance requests.`
    throw new ServiceError('UnsupportedOperation', sentence)
  }
  if (record.disableApiStop) throw notPermitted(id, 'stopped', 'disableApiStop')
}

/**
 * Starts stopped instances, all or none. A spot instance that EC2 itself stopped is EC2's to start.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StartInstances.html
 */
const startInstances: Handler<StartInstancesRequest, StartInstancesResult> = (input, call) => {
  const records = instancesToChange(input, call)
  for (const record of records) checkStart(record, call)
  stopDryRun(input)
  return {
    StartingInstances: records.map(record => {
      const before = record.instance.State
      if (stateOf(record) === 'stopped') startOne(record, call)
      return change(record, before)
    })
  }
}

function startOne(record: InstanceRecord, call: Call): void {
  enter(record, 'pending', {})
  record.instance.LaunchTime = call.now
  const spot = spotRequestOf({ region: call.region, record })
  if (spot) followLaunch(spot, record, call.now)
  start(lifeOf(record, call))
}

function checkStart(record: InstanceRecord, call: Call): void {
  const { InstanceId: id } = record.instance
  if (!['pending', 'running', 'stopped'].includes(stateOf(record))) {
    const sentence = `The instance '${id}' is not in a state from which it can be started.`
    throw new ServiceError('IncorrectInstanceState', sentence)
  }
  if (stateOf(record) !== 'stopped') return
  checkSpotStart(record, call)
  checkCapacityFor(record, call)
}

function checkSpotStart(record: InstanceRecord, { region }: Call): void {
  const spot = spotRequestOf({ region, record })
  if (!spot || spot.request.Status.Code === 'instance-stopped-by-user') return
  const { InstanceId: id } = record.instance
  const sentence = `You can't start the Spot Instance '${id}' because the associated Spot Instance request is not in an appropriate state to support start.`
  throw new ServiceError('IncorrectSpotRequestState', sentence)
}

/** A stopped instance has given its place up. */
function checkCapacityFor({ instance }: InstanceRecord, call: Call): void {
  const type = findInstanceType(instance.InstanceType ?? '')
  const market = instance.InstanceLifecycle === 'spot' ? 'spot' : 'on-demand'
  checkCapacity({ type, market, count: 1 }, instance.Placement?.AvailabilityZone ?? '', call)
}

export const stopStartHandlers = { StopInstances: stopInstances, StartInstances: startInstances } satisfies Handlers
