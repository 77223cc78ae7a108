import { ServiceError } from '../../errors.ts'
import type { Call } from '../../handler.ts'
import { newRequestId } from '../../world/ids.ts'
import type { InstanceRecord } from '../../world/records.ts'
import type { Region } from '../../world/region.ts'
import type { Transition } from '../../world/transition.ts'
import type { World } from '../../world/world.ts'
import { findInstanceType } from '../instance-types.ts'
import { checkCapacity } from '../instances/capacity.ts'
import { start } from '../instances/guest-life.ts'
import { launch } from '../instances/launch.ts'
import { enter } from '../instances/states.ts'
import type { SpotRequestName } from './expire.ts'
import { followLaunch } from './follow.ts'
import type { SpotRequestRecord } from './record.ts'
import { enterSpot, type SpotStatusCode } from './status.ts'

/** How often EC2 looks for capacity again is not published. */
export const RETRY_MS = 60_000

/** Refusals that may pass: the request waits for that. */
const HOLDING: Readonly<Record<string, SpotStatusCode>> = {
  InsufficientInstanceCapacity: 'capacity-not-available',
  MaxSpotInstanceCountExceeded: 'limit-exceeded'
}

/** Launches what an open request asks for, or starts the instance again that EC2 stopped, if there is capacity. */
export const evaluating: Transition<SpotRequestName> = {
  name: 'evaluate a spot request',
  act: (world, name) => {
    const region = world.usedRegion(name.region)
    const spot = region?.spotRequests.get(name.spotRequestId)
    if (!region || !spot || !isWaiting(spot)) return
    const stopped = region.instances.get(spot.request.InstanceId ?? '')
    try {
      if (stopped) restart(spot, stopped, callFor(spot, region, world))
      else launch(spot.launches, callFor(spot, region, world), spot)
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error
      hold(spot, error, name, world)
    }
  }
}

const isWaiting = ({ request }: SpotRequestRecord): boolean =>
  request.State === 'open' || (request.State === 'disabled' && request.Status.Code !== 'instance-stopped-by-user')

function restart(spot: SpotRequestRecord, record: InstanceRecord, call: Call): void {
  const { InstanceType: type = '', Placement: placement } = record.instance
  const need = { type: findInstanceType(type), market: 'spot', count: 1 } as const
  checkCapacity(need, placement?.AvailabilityZone ?? '', call)
  enter(record, 'pending', {})
  record.instance.LaunchTime = call.now
  followLaunch(spot, record, call.now)
  start({ world: call.world, region: call.region, record })
}

function hold(spot: SpotRequestRecord, { code, message }: ServiceError, name: SpotRequestName, world: World): void {
  const now = world.clock.now()
  const holding = HOLDING[code]
  if (holding) {
    enterSpot(spot, spot.request.State, holding, now)
    world.schedule.after(RETRY_MS, evaluating, name)
    return
  }
  enterSpot(spot, 'failed', 'bad-parameters', now)
  spot.request.Fault = { Code: code, Message: message }
}

/** What is launched without a request is launched for whom the spot request is of. */
const callFor = ({ ownerId, requester }: SpotRequestRecord, region: Region, world: World): Call => ({
  ...requester,
  world,
  region,
  account: ownerId,
  now: world.clock.now(),
  requestId: newRequestId()
})
