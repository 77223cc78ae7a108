import type {
  DescribeInstanceStatusRequest,
  DescribeInstanceStatusResult,
  InstanceStatus,
  SummaryStatus
} from '@aws-sdk/client-ec2'
import type { Handler, Handlers } from '../../handler.ts'
import { compileFilters } from '../../world/filters.ts'
import { paginate } from '../../world/pages.ts'
import type { InstanceRecord } from '../../world/records.ts'
import { zoneIdOf } from '../../world/regions.ts'
import { stopDryRun } from '../dryrun.ts'
import { checkPaging } from './describe.ts'
import { isShown } from './managed.ts'
import { stateOf } from './states.ts'
import { selectInstances } from './visible.ts'

/** There are no scheduled events, and no checks of applications. */
const EVENT_FILTERS = [
  'application-status.status',
  'event.not-before-deadline',
  'event.code',
  'event.description',
  'event.instance-event-id',
  'event.not-after',
  'event.not-before'
]

/**
 * Answers the status checks of running instances, or of all where asked for.
 *
 * @lacks scheduled events
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html
 */
const describeInstanceStatus: Handler<DescribeInstanceStatusRequest, DescribeInstanceStatusResult> = (input, call) => {
  checkPaging(input)
  const passes = compileFilters<InstanceRecord>(input.Filters, {
    ...Object.fromEntries(EVENT_FILTERS.map(name => [name, () => undefined])),
    'attached-ebs-status.status': record => systemStatus(record),
    'availability-zone': ({ instance }) => instance.Placement?.AvailabilityZone,
    'availability-zone-id': ({ instance }) => zoneIdOf(instance.Placement?.AvailabilityZone ?? ''),
    'instance-state-code': ({ instance }) => instance.State?.Code,
    'instance-state-name': ({ instance }) => instance.State?.Name,
    'instance-status.reachability': record => reachability(instanceStatus(record)),
    'instance-status.status': record => instanceStatus(record),
    'operator.managed': ({ instance }) => instance.Operator?.Managed ?? false,
    'operator.principal': ({ instance }) => instance.Operator?.Principal,
    'system-status.reachability': record => reachability(systemStatus(record)),
    'system-status.status': record => systemStatus(record)
  })
  const found = selectInstances(input.InstanceIds, call)
    .filter(record => input.IncludeAllInstances || stateOf(record) === 'running')
    .filter(record => isShown(record, input, call) && passes(record))
  stopDryRun(input)
  const { page, ...rest } = paginate(found, input, { min: 5, max: 1000 })
  return { InstanceStatuses: page.map(answerStatus), ...rest }
}

function answerStatus(record: InstanceRecord): InstanceStatus {
  const { InstanceId, State, Placement, Operator } = record.instance
  return {
    InstanceId,
    Operator,
    InstanceState: State,
    AvailabilityZone: Placement?.AvailabilityZone,
    InstanceStatus: summary(instanceStatus(record)),
    SystemStatus: summary(systemStatus(record)),
    AttachedEbsStatus: summary(systemStatus(record))
  }
}

function summary(Status: SummaryStatus) {
  if (Status === 'not-applicable') return { Status }
  return { Status, Details: [{ Name: 'reachability' as const, Status: reachability(Status) }] }
}

const instanceStatus = (record: InstanceRecord): SummaryStatus =>
  stateOf(record) === 'running' ? record.health : 'not-applicable'

/** A crashed guest is none of the host's doing. */
function systemStatus(record: InstanceRecord): SummaryStatus {
  const status = instanceStatus(record)
  return status === 'impaired' ? 'ok' : status
}

function reachability(status: SummaryStatus) {
  if (status === 'ok') return 'passed' as const
  return status === 'impaired' ? ('failed' as const) : ('initializing' as const)
}

export const statusHandlers = { DescribeInstanceStatus: describeInstanceStatus } satisfies Handlers
