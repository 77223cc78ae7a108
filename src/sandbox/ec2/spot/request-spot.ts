import type {
  RequestSpotInstancesRequest,
  RequestSpotInstancesResult,
  RequestSpotLaunchSpecification,
  RunInstancesRequest
} from '@aws-sdk/client-ec2'
import { invalidValue, missingParameter, type ServiceError } from '../../errors.ts'
import type { Call, Handler, Handlers } from '../../handler.ts'
import { refuseUnmodelled } from '../../unmodelled.ts'
import { stopDryRun } from '../dryrun.ts'
import { checkPrice, checkSpot } from '../instances/launch-market.ts'
import { planLaunch } from '../instances/plan-launch.ts'
import { tagsFor } from '../tags.ts'
import { once } from '../tokens.ts'
import { evaluating } from './evaluate.ts'
import { EVALUATION_SECONDS } from './follow.ts'
import { makeSpotRequest } from './make-request.ts'
import { answerSpotRequest } from './requests.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const VALID_DAYS = 7

const UNMODELLED = ['LaunchGroup', 'AvailabilityZoneGroup', 'ValidFrom', 'BlockDurationMinutes'] as const

/**
 * Makes spot requests that are fulfilled, or wait for capacity, soon afterwards. A persistent one is valid for seven
 * days unless it says otherwise.
 *
 * @lacks launch groups, Availability Zone groups, ValidFrom, hibernation
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RequestSpotInstances.html
 */
const requestSpotInstances: Handler<RequestSpotInstancesRequest, RequestSpotInstancesResult> = (input, call) => {
  const { InstanceCount: count = 1, LaunchSpecification: specification } = input
  if (!specification) throw missingParameter('LaunchSpecification')
  if (!Number.isInteger(count) || count < 1) throw invalidValue('InstanceCount', `${count}`, 'a whole number from 1')
  refuseUnmodelled(input, UNMODELLED)
  const tags = tagsFor('spot-instances-request', input.TagSpecifications, ['spot-instances-request'])
  const plan = planOf(input, call)
  const launches = launchOf(specification)
  checkLaunch(launches, call)
  stopDryRun(input)
  const ids = once('RequestSpotInstances', input, call, () =>
    Array.from({ length: count }, () => {
      const { SpotInstanceRequestId: spotRequestId } = makeSpotRequest(plan, launches, tags, call).request
      call.world.after(EVALUATION_SECONDS, evaluating, { region: call.region.name, spotRequestId })
      return spotRequestId
    }).join(' ')
  )
  const records = ids.split(' ').flatMap(id => call.region.spotRequests.get(id) ?? [])
  return { SpotInstanceRequests: records.map(record => answerSpotRequest(record, call)) }
}

function planOf(input: RequestSpotInstancesRequest, { now }: Call) {
  const { Type: type = 'one-time', InstanceInterruptionBehavior: behavior = 'terminate', ValidUntil } = input
  const byDefault = type === 'persistent' ? new Date(now.getTime() + VALID_DAYS * DAY_MS) : undefined
  const plan = { type, behavior, maxPrice: checkPrice(input.SpotPrice), validUntil: ValidUntil ?? byDefault }
  checkSpot(plan)
  return plan
}

/** The request itself says how the instance is asked for; the launch need only be one on the spot market. */
function launchOf({
  AddressingType,
  KernelId,
  RamdiskId,
  ...rest
}: RequestSpotLaunchSpecification): RunInstancesRequest {
  return { ...rest, MinCount: 1, MaxCount: 1, InstanceMarketOptions: { MarketType: 'spot' } }
}

/** Parameters that can never be right are refused at once; capacity may come. */
function checkLaunch(launches: RunInstancesRequest, call: Call): void {
  try {
    planLaunch(launches, call)
  } catch (error) {
    const { code } = error as ServiceError
    if (!['InsufficientInstanceCapacity', 'MaxSpotInstanceCountExceeded'].includes(code)) throw error
  }
}

export const requestSpotHandlers = { RequestSpotInstances: requestSpotInstances } satisfies Handlers
