import type { RunInstancesRequest } from '@aws-sdk/client-ec2'
import type { Call } from '../../handler.ts'
import { newId } from '../../world/ids.ts'
import type { InstanceRecord } from '../../world/records.ts'
import { followLaunch } from '../spot/follow.ts'
import { makeSpotRequest } from '../spot/make-request.ts'
import type { SpotRequestRecord } from '../spot/record.ts'
import { start } from './guest-life.ts'
import { makeInstance } from './make-instance.ts'
import { type LaunchPlan, planLaunch } from './plan-launch.ts'

/**
 * Launches instances: each spot instance for a spot request of its own, which is made here unless `spot` is what asks
 * for it. Returns the id of the reservation. Errors: those of `planLaunch`, before any effect.
 */
export function launch(input: RunInstancesRequest, call: Call, spot?: SpotRequestRecord): string {
  const plan = planLaunch(input, call)
  const reservationId = newId('r')
  for (let index = 0; index < plan.count; index++) {
    const record = makePlanned(plan, { reservationId, index }, call, spot)
    start({ world: call.world, region: call.region, record })
  }
  return reservationId
}

/** Makes one instance of a plan, pending, and for a spot instance its request. */
export function makePlanned(
  plan: LaunchPlan,
  place: { readonly reservationId: string; readonly index: number },
  call: Call,
  spot?: SpotRequestRecord
): InstanceRecord {
  const launches = { ...plan.request, LaunchTemplate: undefined }
  const request = plan.spot && (spot ?? makeSpotRequest(plan.spot, launches, plan.tags.spotRequest, call))
  const spotRequestId = request?.request.SpotInstanceRequestId
  const record = makeInstance(plan, { ...place, spotRequestId }, call)
  if (request) followLaunch(request, record, call.now)
  return record
}
