import type {
  CancelSpotInstanceRequestsRequest,
  CancelSpotInstanceRequestsResult,
  DescribeSpotInstanceRequestsRequest,
  DescribeSpotInstanceRequestsResult,
  SpotInstanceRequest
} from '@aws-sdk/client-ec2'
import { missingParameter } from '../../errors.ts'
import type { Call, Handler, Handlers } from '../../handler.ts'
import { compileFilters, type FilterFields } from '../../world/filters.ts'
import { paginate } from '../../world/pages.ts'
import { stopDryRun } from '../dryrun.ts'
import { terminate } from '../instances/guest-end.ts'
import { stateOf } from '../instances/states.ts'
import { select } from '../lookup.ts'
import { tagSet } from '../tags.ts'
import type { SpotRequestRecord } from './record.ts'
import { enterSpot, isLive } from './status.ts'

const VISIBLE_MS = 4 * 60 * 60 * 1000

const fields: FilterFields<SpotRequestRecord> = {
  'create-time': ({ request }) => request.CreateTime?.toISOString(),
  'fault-message': ({ request }) => request.Fault?.Message,
  'fault-code': ({ request }) => request.Fault?.Code,
  'instance-id': ({ request }) => request.InstanceId,
  'launch-group': ({ request }) => request.LaunchGroup,
  'launch.group-id': ({ request }) => request.LaunchSpecification?.SecurityGroups?.map(({ GroupId }) => GroupId),
  'launch.image-id': ({ request }) => request.LaunchSpecification?.ImageId,
  'launch.instance-type': ({ request }) => request.LaunchSpecification?.InstanceType,
  'launch.key-name': ({ request }) => request.LaunchSpecification?.KeyName,
  'launch.monitoring-enabled': ({ request }) => request.LaunchSpecification?.Monitoring?.Enabled,
  'network-interface.subnet-id': ({ request }) => request.LaunchSpecification?.SubnetId,
  'launched-availability-zone': ({ request }) => request.LaunchedAvailabilityZone,
  'product-description': ({ request }) => request.ProductDescription,
  'spot-instance-request-id': ({ request }) => request.SpotInstanceRequestId,
  'spot-price': ({ request }) => request.SpotPrice,
  state: ({ request }) => request.State,
  'status-code': ({ request }) => request.Status.Code,
  'status-message': ({ request }) => request.Status.Message,
  type: ({ request }) => request.Type,
  'valid-until': ({ request }) => request.ValidUntil?.toISOString()
}

/**
 * Lists spot requests; one that is over can be seen for four hours more.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotInstanceRequests.html
 */
const describeSpotRequests: Handler<DescribeSpotInstanceRequestsRequest, DescribeSpotInstanceRequestsResult> = (
  input,
  call
) => {
  const passes = compileFilters<SpotRequestRecord>(input.Filters, fields)
  const found = selectRequests(input.SpotInstanceRequestIds, call).filter(passes)
  stopDryRun(input)
  const { page, ...rest } = paginate(found, input, { min: 5, max: 1000 })
  return { SpotInstanceRequests: page.map(record => answerSpotRequest(record, call)), ...rest }
}

/** A spot request as its owner sees it. */
export const answerSpotRequest = (record: SpotRequestRecord, { account }: Call): SpotInstanceRequest => ({
  ...record.request,
  Tags: tagSet(record, account)
})

/**
 * Cancels spot requests. Running instances go on; one that is stopped is terminated.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CancelSpotInstanceRequests.html
 */
const cancelSpotRequests: Handler<CancelSpotInstanceRequestsRequest, CancelSpotInstanceRequestsResult> = (
  input,
  call
) => {
  if (!input.SpotInstanceRequestIds?.length) throw missingParameter('SpotInstanceRequestId')
  const records = selectRequests(input.SpotInstanceRequestIds, call)
  stopDryRun(input)
  for (const record of records) if (isLive(record)) cancel(record, call)
  return {
    CancelledSpotInstanceRequests: records.map(({ request }) => ({
      SpotInstanceRequestId: request.SpotInstanceRequestId,
      State: request.State === 'cancelled' ? 'cancelled' : 'closed'
    }))
  }
}

function cancel(spot: SpotRequestRecord, { world, region, now }: Call): void {
  const record = region.instances.get(spot.request.InstanceId ?? '')
  enterSpot(spot, 'cancelled', record ? 'request-canceled-and-instance-running' : 'canceled-before-fulfillment', now)
  if (record && ['stopping', 'stopped'].includes(stateOf(record))) terminate({ world, region, record }, false)
}

function selectRequests(ids: readonly string[] | undefined, call: Call): SpotRequestRecord[] {
  return select('spotRequest', ids, call.region.spotRequests, record => isVisible(record, call))
}

const isVisible = (record: SpotRequestRecord, { account, now }: Call): boolean =>
  record.ownerId === account &&
  (isLive(record) || now.getTime() - (record.request.Status.UpdateTime?.getTime() ?? 0) < VISIBLE_MS)

export const spotRequestHandlers = {
  DescribeSpotInstanceRequests: describeSpotRequests,
  CancelSpotInstanceRequests: cancelSpotRequests
} satisfies Handlers
