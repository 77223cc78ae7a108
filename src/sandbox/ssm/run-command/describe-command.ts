import type { Command, CommandInvocation, CommandStatus, NotificationType } from '@aws-sdk/client-ssm'
import type { CommandRecord, InvocationRecord } from '../../world/records.ts'
import { isFinished } from './invocation.ts'

/** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CommandPlugin.html */
const MAX_OUTPUT = 2_500

/** The order in which the worst of several invocations is a command's status. */
const WORST_FIRST: readonly CommandStatus[] = ['Failed', 'TimedOut', 'Cancelled']

/** What commands ask of other services, none of which is modelled: AWS answers that nothing was asked. */
const NO_NOTIFICATION = { NotificationArn: '', NotificationEvents: [], NotificationType: '' as NotificationType }
export const NO_CLOUDWATCH = { CloudWatchLogGroupName: '', CloudWatchOutputEnabled: false }

/** A command as it is answered: its status is made of its invocations'. */
export function describeCommand({ command, invocations }: CommandRecord): Command {
  const all = [...invocations.values()]
  const finished = all.filter(isFinished)
  const Status = statusOf(all, finished.length)
  return {
    ...command,
    Status,
    StatusDetails: Status,
    MaxConcurrency: '50',
    MaxErrors: '0',
    TargetCount: all.length,
    CompletedCount: finished.length,
    ErrorCount: finished.filter(({ invocation }) => ['Failed', 'TimedOut'].includes(invocation.Status)).length,
    DeliveryTimedOutCount: 0,
    OutputS3BucketName: '',
    OutputS3KeyPrefix: '',
    ServiceRole: '',
    NotificationConfig: NO_NOTIFICATION,
    CloudWatchOutputConfig: NO_CLOUDWATCH
  }
}

function statusOf(all: readonly InvocationRecord[], finished: number): CommandStatus {
  const statuses = all.map(({ invocation }) => invocation.Status)
  if (finished < all.length) {
    if (statuses.includes('Cancelling')) return 'Cancelling'
    return statuses.every(status => status === 'Pending') ? 'Pending' : 'InProgress'
  }
  return WORST_FIRST.find(status => statuses.includes(status)) ?? 'Success'
}

/** An invocation as ListCommandInvocations answers it; with details also what its plugin did. */
export function describeInvocation(
  { command }: CommandRecord,
  { invocation }: InvocationRecord,
  details: boolean
): CommandInvocation {
  const { CommandId, Comment, DocumentName, DocumentVersion, RequestedDateTime } = command
  const { InstanceId, Status, StatusDetails } = invocation
  const shared = { Status, StatusDetails, StandardOutputUrl: '', StandardErrorUrl: '' }
  const printed = [invocation.StandardOutputContent, invocation.StandardErrorContent].filter(text => text)
  return {
    ...shared,
    CommandId,
    InstanceId,
    InstanceName: '',
    ServiceRole: '',
    NotificationConfig: NO_NOTIFICATION,
    CloudWatchOutputConfig: NO_CLOUDWATCH,
    Comment,
    DocumentName,
    DocumentVersion,
    RequestedDateTime,
    TraceOutput: '',
    CommandPlugins: details
      ? [
          {
            ...shared,
            // A plugin has no state Delayed or Cancelling of its own.
            Status: Status === 'Delayed' || Status === 'Cancelling' ? 'InProgress' : Status,
            Name: invocation.PluginName,
            ResponseCode: invocation.ResponseCode,
            ...timesOf(invocation),
            OutputS3BucketName: '',
            OutputS3KeyPrefix: '',
            Output: printed.join('\n----------ERROR-------\n').slice(0, MAX_OUTPUT)
          }
        ]
      : []
  }
}

/** When a plugin began and ended; neither is answered before. */
function timesOf({ ExecutionStartDateTime: start, ExecutionEndDateTime: end }: InvocationRecord['invocation']) {
  return {
    ...(start && { ResponseStartDateTime: new Date(start) }),
    ...(end && { ResponseFinishDateTime: new Date(end) })
  }
}
