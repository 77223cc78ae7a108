import type { RebootInstancesRequest } from '@aws-sdk/client-ec2'
import { ServiceError } from '../../errors.ts'
import type { Handler, Handlers } from '../../handler.ts'
import { stopDryRun } from '../dryrun.ts'
import { instancesToChange, lifeOf } from './changing.ts'
import { reboot } from './guest-life.ts'
import { stateOf } from './states.ts'

/**
 * Reboots running instances, all or none.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RebootInstances.html
 */
const rebootInstances: Handler<RebootInstancesRequest, undefined> = (input, call) => {
  const records = instancesToChange(input, call)
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

export const rebootHandlers = { RebootInstances: rebootInstances } satisfies Handlers
