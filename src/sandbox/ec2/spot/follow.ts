import type { InstanceRecord } from '../../world/records.ts'
import type { Life } from '../instances/life.ts'
import { evaluating, RETRY_MS } from './evaluate.ts'
import type { SpotRequestName } from './expire.ts'
import type { SpotRequestRecord } from './record.ts'
import { enterSpot } from './status.ts'

/** Within seconds, where there is capacity. */
export const EVALUATION_SECONDS = 5

/** Why EC2 itself ended a spot instance. */
const INTERRUPTED = new Set(['Server.SpotInstanceTermination', 'Server.SpotInstanceShutdown'])

/** The spot request of an instance, if it still stands for it. */
export function spotRequestOf({ region, record: { instance } }: Pick<Life, 'region' | 'record'>) {
  const request = region.spotRequests.get(instance.SpotInstanceRequestId ?? '')
  return request?.request.InstanceId === instance.InstanceId ? request : undefined
}

/** Whether an instance can be stopped: on the spot market only that of a persistent request. */
export function canStop(life: Pick<Life, 'region' | 'record'>): boolean {
  if (life.record.instance.InstanceLifecycle !== 'spot') return true
  const { Type: type, State: state } = spotRequestOf(life)?.request ?? {}
  return type === 'persistent' && state !== 'cancelled'
}

/** An instance has been launched for a request, or started again. */
export function followLaunch(spot: SpotRequestRecord, { instance }: InstanceRecord, now: Date): void {
  spot.request.InstanceId = instance.InstanceId
  spot.request.LaunchedAvailabilityZone = instance.Placement?.AvailabilityZone
  enterSpot(spot, 'active', 'fulfilled', now)
}

/** An instance has stopped. What EC2 stopped it starts again, what its owner stopped it does not. */
export function followStop(life: Life): void {
  const spot = spotRequestOf(life)
  if (!spot || spot.request.State === 'cancelled') return
  const interrupted = wasInterrupted(life.record)
  const code = interrupted ? 'instance-stopped-no-capacity' : 'instance-stopped-by-user'
  enterSpot(spot, 'disabled', code, life.world.clock.now())
  if (interrupted) life.world.after(EVALUATION_SECONDS, evaluating, nameOfRequest(spot, life))
}

/**
 * An instance has been terminated: a one-time request is closed, a persistent one opens for the next instance unless it
 * was cancelled before.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-requests.html
 */
export function followTermination(life: Life): void {
  const { world, record } = life
  const spot = spotRequestOf(life)
  if (!spot) return
  const code = wasInterrupted(record) ? 'instance-terminated-no-capacity' : 'instance-terminated-by-user'
  const now = world.clock.now()
  if (spot.request.State === 'cancelled' || spot.request.Type !== 'persistent') {
    enterSpot(spot, spot.request.State === 'cancelled' ? 'cancelled' : 'closed', code, now)
    return
  }
  spot.request.InstanceId = undefined
  enterSpot(spot, 'open', 'pending-evaluation', now)
  // One that could not even boot would be launched over and over at once.
  if (record.boots === 0) world.schedule.after(RETRY_MS, evaluating, nameOfRequest(spot, life))
  else world.after(EVALUATION_SECONDS, evaluating, nameOfRequest(spot, life))
}

const nameOfRequest = ({ request }: SpotRequestRecord, { region }: Life): SpotRequestName => ({
  region: region.name,
  spotRequestId: request.SpotInstanceRequestId
})

const wasInterrupted = ({ instance }: InstanceRecord): boolean => INTERRUPTED.has(instance.StateReason?.Code ?? '')
