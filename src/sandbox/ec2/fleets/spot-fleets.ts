import { randomUUID } from 'node:crypto'
import type {
  CancelSpotFleetRequestsErrorItem,
  CancelSpotFleetRequestsRequest,
  CancelSpotFleetRequestsResponse,
  CancelSpotFleetRequestsSuccessItem,
  DescribeSpotFleetRequestsRequest,
  DescribeSpotFleetRequestsResponse,
  RequestSpotFleetRequest,
  RequestSpotFleetResponse
} from '@aws-sdk/client-ec2'
import { missingParameter } from '../../errors.ts'
import type { Handler, Handlers } from '../../handler.ts'
import { paginate } from '../../world/pages.ts'
import { stopDryRun } from '../dryrun.ts'
import { select } from '../lookup.ts'
import { tagSet, tagsFor } from '../tags.ts'
import { once } from '../tokens.ts'
import type { SpotFleetRecord } from './record.ts'

/**
 * Keeps a spot fleet request: it names images, by its launch specifications and templates.
 *
 * @lacks launching
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RequestSpotFleet.html
 */
const requestSpotFleet: Handler<RequestSpotFleetRequest, RequestSpotFleetResponse> = (input, call) => {
  const { SpotFleetRequestConfig: config } = input
  if (!config) throw missingParameter('SpotFleetRequestConfig')
  if (!config.IamFleetRole) throw missingParameter('SpotFleetRequestConfig.IamFleetRole')
  if (config.TargetCapacity === undefined) throw missingParameter('SpotFleetRequestConfig.TargetCapacity')
  if (!config.LaunchSpecifications?.length && !config.LaunchTemplateConfigs?.length) {
    throw missingParameter('SpotFleetRequestConfig.LaunchSpecifications')
  }
  const tags = tagsFor('spot-fleet-request', config.TagSpecifications, ['spot-fleet-request'])
  stopDryRun(input)
  const SpotFleetRequestId = once('RequestSpotFleet', config, call, () => {
    const id = `sfr-${randomUUID()}`
    const { TagSpecifications, ...SpotFleetRequestConfig } = config
    call.region.spotFleets.set(id, {
      ownerId: call.account,
      tags,
      fleet: {
        SpotFleetRequestId: id,
        SpotFleetRequestState: 'active',
        ActivityStatus: 'pending_fulfillment',
        CreateTime: call.now,
        SpotFleetRequestConfig: { Type: 'maintain', AllocationStrategy: 'lowestPrice', ...SpotFleetRequestConfig }
      }
    })
    return id
  })
  return { SpotFleetRequestId }
}

/**
 * Lists spot fleet requests.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotFleetRequests.html
 */
const describeSpotFleets: Handler<DescribeSpotFleetRequestsRequest, DescribeSpotFleetRequestsResponse> = (
  input,
  { region, account }
) => {
  const isOwn = ({ ownerId }: SpotFleetRecord) => ownerId === account
  const found = select('spotFleet', input.SpotFleetRequestIds, region.spotFleets, isOwn)
  stopDryRun(input)
  const { page, ...rest } = paginate(found, input, { max: 1000 })
  return { SpotFleetRequestConfigs: page.map(record => ({ ...record.fleet, Tags: tagSet(record, account) })), ...rest }
}

/**
 * Cancels spot fleet requests; each one fails or succeeds for itself.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CancelSpotFleetRequests.html
 */
const cancelSpotFleets: Handler<CancelSpotFleetRequestsRequest, CancelSpotFleetRequestsResponse> = (
  input,
  { region, account }
) => {
  if (!input.SpotFleetRequestIds?.length) throw missingParameter('SpotFleetRequestId')
  if (input.TerminateInstances === undefined) throw missingParameter('TerminateInstances')
  stopDryRun(input)
  const SuccessfulFleetRequests: CancelSpotFleetRequestsSuccessItem[] = []
  const UnsuccessfulFleetRequests: CancelSpotFleetRequestsErrorItem[] = []
  for (const SpotFleetRequestId of input.SpotFleetRequestIds) {
    const record = region.spotFleets.get(SpotFleetRequestId)
    if (record?.ownerId !== account) {
      const Message = `The spot fleet request ID '${SpotFleetRequestId.slice(0, 60)}' does not exist`
      UnsuccessfulFleetRequests.push({ SpotFleetRequestId, Error: { Code: 'fleetRequestIdDoesNotExist', Message } })
      continue
    }
    const PreviousSpotFleetRequestState = record.fleet.SpotFleetRequestState
    record.fleet.SpotFleetRequestState = input.TerminateInstances ? 'cancelled_terminating' : 'cancelled_running'
    SuccessfulFleetRequests.push({
      SpotFleetRequestId,
      PreviousSpotFleetRequestState,
      CurrentSpotFleetRequestState: record.fleet.SpotFleetRequestState
    })
  }
  return { SuccessfulFleetRequests, UnsuccessfulFleetRequests }
}

export const spotFleetHandlers = {
  RequestSpotFleet: requestSpotFleet,
  DescribeSpotFleetRequests: describeSpotFleets,
  CancelSpotFleetRequests: cancelSpotFleets
} satisfies Handlers
