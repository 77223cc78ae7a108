import type {
  DescribeFleetInstancesRequest,
  DescribeFleetInstancesResult,
  DescribeFleetsRequest,
  DescribeFleetsResult
} from '@aws-sdk/client-ec2'
import { missingParameter } from '../../errors.ts'
import type { Call, Handler, Handlers } from '../../handler.ts'
import { compileFilters } from '../../world/filters.ts'
import { paginate } from '../../world/pages.ts'
import type { InstanceRecord } from '../../world/records.ts'
import { stopDryRun } from '../dryrun.ts'
import { stateOf } from '../instances/states.ts'
import { find, select } from '../lookup.ts'
import { tagSet } from '../tags.ts'
import type { FleetRecord } from './record.ts'

/**
 * Lists fleets; those of type `instant` only by their ids.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFleets.html
 */
const describeFleets: Handler<DescribeFleetsRequest, DescribeFleetsResult> = (input, call) => {
  const passes = compileFilters<FleetRecord>(input.Filters, {
    'activity-status': ({ fleet }) => fleet.ActivityStatus,
    'excess-capacity-termination-policy': ({ fleet }) => fleet.ExcessCapacityTerminationPolicy,
    'fleet-state': ({ fleet }) => fleet.FleetState,
    'replace-unhealthy-instances': ({ fleet }) => fleet.ReplaceUnhealthyInstances,
    type: ({ fleet }) => fleet.Type
  })
  const ids = input.FleetIds ?? []
  const found = select('fleet', ids, call.region.fleets, record => isOwn(record, call)).filter(
    record => (ids.length > 0 || record.fleet.Type !== 'instant') && passes(record)
  )
  stopDryRun(input)
  const { page, ...rest } = paginate(found, input, { max: 1000 })
  return { Fleets: page.map(record => ({ ...record.fleet, Tags: tagSet(record, call.account) })), ...rest }
}

/**
 * Lists the instances of a fleet that are pending or running.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFleetInstances.html
 */
const describeFleetInstances: Handler<DescribeFleetInstancesRequest, DescribeFleetInstancesResult> = (input, call) => {
  if (!input.FleetId) throw missingParameter('FleetId')
  const { fleet, instanceIds } = find('fleet', input.FleetId, call.region.fleets, record => isOwn(record, call))
  stopDryRun(input)
  const active = instanceIds
    .flatMap(id => call.region.instances.get(id) ?? [])
    .filter(record => ['pending', 'running'].includes(stateOf(record)))
  const { page, ...rest } = paginate(active, input, { max: 1000 })
  return { FleetId: fleet.FleetId, ActiveInstances: page.map(answerActive), ...rest }
}

const answerActive = ({ instance, health }: InstanceRecord) => ({
  InstanceId: instance.InstanceId,
  InstanceType: instance.InstanceType,
  SpotInstanceRequestId: instance.SpotInstanceRequestId,
  InstanceHealth: health === 'impaired' ? ('unhealthy' as const) : ('healthy' as const)
})

const isOwn = ({ ownerId }: FleetRecord, { account }: Call): boolean => ownerId === account

export const describeFleetHandlers = {
  DescribeFleets: describeFleets,
  DescribeFleetInstances: describeFleetInstances
} satisfies Handlers
