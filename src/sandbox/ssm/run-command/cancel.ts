import type { CancelCommandRequest, CancelCommandResult } from '@aws-sdk/client-ssm'
import { ServiceError } from '../../errors.ts'
import type { Handler } from '../../handler.ts'
import type { InvocationRecord } from '../../world/records.ts'
import { finish, isFinished } from './invocation.ts'
import { findCommand } from './read-commands.ts'

/**
 * Ends the scripts of a command, on all instances or on some. AWS does not promise that they end.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CancelCommand.html
 */
export const cancelCommand: Handler<CancelCommandRequest, CancelCommandResult> = (input, call) => {
  const { invocations } = findCommand(input.CommandId ?? '', call)
  const ids = input.InstanceIds?.length ? input.InstanceIds : [...invocations.keys()]
  const unknown = ids.filter(id => !invocations.has(id))
  if (unknown.length > 0)
    throw new ServiceError('InvalidInstanceId', `The command was not sent to ${unknown.join(', ')}`)
  for (const id of ids) {
    const record = invocations.get(id)
    if (!record || isFinished(record)) continue
    cancel(record, call.now)
    call.world.scripts.get(`${input.CommandId}/${id}`)?.abort()
  }
  return {}
}

function cancel(record: InvocationRecord, now: Date): void {
  record.isCancelled = true
  if (record.invocation.Status === 'Pending') finish(record, now, { status: 'Cancelled', exitCode: -1 })
  else Object.assign(record.invocation, { Status: 'Cancelling', StatusDetails: 'Cancelling' })
}
