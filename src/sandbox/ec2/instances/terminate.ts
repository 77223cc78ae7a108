import type { TerminateInstancesRequest, TerminateInstancesResult } from '@aws-sdk/client-ec2'
import type { Call, Handler, Handlers } from '../../handler.ts'
import type { InstanceRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { instancesToChange, lifeOf, notPermitted } from './changing.ts'
import { forceEnd, terminate } from './guest-end.ts'
import { change, stateOf } from './states.ts'

/**
 * Terminates instances. One bad id fails all. One that is protected fails the request, too, but keeps only those of its
 * own Availability Zone from being terminated.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
 */
const terminateInstances: Handler<TerminateInstancesRequest, TerminateInstancesResult> = (input, call) => {
  const records = instancesToChange(input, call)
  const guarded = records.filter(record => record.disableApiTermination)
  const refusal = guarded[0] && notPermitted(guarded[0].instance.InstanceId, 'terminated', 'disableApiTermination')
  if (refusal && input.DryRun) throw refusal
  stopDryRun(input)
  const kept = new Set(guarded.map(zoneOf))
  const hard = Boolean(input.Force || input.SkipOsShutdown)
  const changes = records.flatMap(record => (kept.has(zoneOf(record)) ? [] : terminateOne(record, hard, call)))
  if (refusal) throw refusal
  return { TerminatingInstances: changes }
}

const zoneOf = ({ instance }: InstanceRecord): string | undefined => instance.Placement?.AvailabilityZone

function terminateOne(record: InstanceRecord, hard: boolean, call: Call) {
  const before = record.instance.State
  const state = stateOf(record)
  if (state === 'stopping' || (state === 'shutting-down' && hard)) forceEnd(lifeOf(record, call))
  if (state !== 'shutting-down' && state !== 'terminated') terminate(lifeOf(record, call), hard)
  return change(record, before)
}

export const terminateHandlers = { TerminateInstances: terminateInstances } satisfies Handlers
