import type {
  RebootInstancesRequest,
  StartInstancesRequest,
  StartInstancesResult,
  StopInstancesRequest,
  StopInstancesResult,
  TerminateInstancesRequest,
  TerminateInstancesResult
} from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../../errors.ts'
import type { Call, Handler, Handlers } from '../../handler.ts'
import type { InstanceRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { forceEnd, stop, terminate } from './guest-end.ts'
import { reboot, start } from './guest-life.ts'
import type { Life } from './life.ts'
import { change, enter, stateOf } from './states.ts'
import { selectInstances } from './visible.ts'

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html */
const stopInstances: Handler<StopInstancesRequest, StopInstancesResult> = (input, call) => {
  const records = selected(input, call)
  for (const record of records) checkStop(record)
  stopDryRun(input)
  const hard = Boolean(input.Force || input.SkipOsShutdown)
  return {
    StoppingInstances: records.map(record => {
      const before = record.instance.State
      const state = stateOf(record)
      if (state === 'running') stop(lifeOf(record, call), hard)
      else if (state === 'stopping' && hard) forceEnd(lifeOf(record, call))
      return change(record, before)
    })
  }
}

function checkStop(record: InstanceRecord): void {
  const { InstanceId: id, RootDeviceType: root, InstanceLifecycle: market } = record.instance
  if (!['running', 'stopping', 'stopped'].includes(stateOf(record))) {
    const sentence = `This instance '${id}' is not in a state from which it can be stopped.`
    throw new ServiceError('IncorrectInstanceState', sentence)
  }
  if (root === 'instance-store') {
    const sentence = `The instance '${id}' does not have an 'ebs' root device type and cannot be stopped.`
    throw new ServiceError('UnsupportedOperation', sentence)
  }
  if (market === 'spot') {
    const sentence = `You can't stop the Spot Instance '${id}' because it is associated with a one-time Spot Instance request. You can only stop Spot Instances associated with persistent Spot Instance requests.`
    throw new ServiceError('UnsupportedOperation', sentence)
  }
  if (record.disableApiStop) throw notPermitted(id, 'stopped', 'disableApiStop')
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StartInstances.html */
const startInstances: Handler<StartInstancesRequest, StartInstancesResult> = (input, call) => {
  const records = selected(input, call)
  for (const record of records) {
    if (['pending', 'running', 'stopped'].includes(stateOf(record))) continue
    const sentence = `The instance '${record.instance.InstanceId}' is not in a state from which it can be started.`
    throw new ServiceError('IncorrectInstanceState', sentence)
  }
  stopDryRun(input)
  return {
    StartingInstances: records.map(record => {
      const before = record.instance.State
      if (stateOf(record) === 'stopped') {
        enter(record, 'pending', {})
        record.instance.LaunchTime = call.now
        start(lifeOf(record, call))
      }
      return change(record, before)
    })
  }
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RebootInstances.html */
const rebootInstances: Handler<RebootInstancesRequest, undefined> = (input, call) => {
  const records = selected(input, call)
  for (const record of records) {
    const state = stateOf(record)
    if (state === 'running' || state === 'pending') continue
    const sentence = `Cannot reboot instance ${record.instance.InstanceId} that is currently in ${state} state.`
    throw new ServiceError('IncorrectState', sentence)
  }
  stopDryRun(input)
  for (const record of records) reboot(lifeOf(record, call))
  return undefined
}

/**
 * One protected instance keeps the whole request from having an effect (in EC2: within its Availability Zone).
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
 */
const terminateInstances: Handler<TerminateInstancesRequest, TerminateInstancesResult> = (input, call) => {
  const records = selected(input, call)
  const guarded = records.find(record => record.disableApiTermination)
  if (guarded) throw notPermitted(guarded.instance.InstanceId, 'terminated', 'disableApiTermination')
  stopDryRun(input)
  const hard = Boolean(input.Force || input.SkipOsShutdown)
  return {
    TerminatingInstances: records.map(record => {
      const before = record.instance.State
      const state = stateOf(record)
      if (state === 'stopping' || (state === 'shutting-down' && hard)) forceEnd(lifeOf(record, call))
      if (state !== 'shutting-down' && state !== 'terminated') terminate(lifeOf(record, call), hard)
      return change(record, before)
    })
  }
}

function selected({ InstanceIds: ids }: { InstanceIds?: string[] | undefined }, call: Call): InstanceRecord[] {
  if (!ids?.length) throw missingParameter('InstanceId')
  return selectInstances(ids, call)
}

function notPermitted(id: string, done: string, attribute: string): ServiceError {
  const sentence = `The instance '${id}' may not be ${done}. Modify its '${attribute}' instance attribute and try again.`
  return new ServiceError('OperationNotPermitted', sentence)
}

const lifeOf = (record: InstanceRecord, { world, region }: Call): Life => ({ world, region, record })

export const changeStateHandlers = {
  StopInstances: stopInstances,
  StartInstances: startInstances,
  RebootInstances: rebootInstances,
  TerminateInstances: terminateInstances
} satisfies Handlers
