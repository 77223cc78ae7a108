import { ServiceError } from '../../errors.ts'
import type { World } from '../../world/world.ts'
import { stop, terminate } from '../instances/guest-end.ts'
import { type Life, lifeTransition, nameOf } from '../instances/life.ts'
import { refreshMetadata } from '../instances/metadata.ts'
import { type Cause, stateOf } from '../instances/states.ts'
import { spotRequestOf } from './follow.ts'
import { enterSpot } from './status.ts'

const NOTICE_MS = 120_000

/**
 * Takes a spot instance back as EC2 does when it needs the capacity: the notice appears in the instance's metadata, and
 * two minutes later the instance is stopped or terminated, as its request says. Returns when that will be.
 * Errors: a ServiceError where there is no such instance, or it is no running spot instance.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
 */
export function interruptSpot(world: World, regionName: string, instanceId: string): Date {
  const region = world.usedRegion(regionName)
  const record = region?.instances.get(instanceId)
  if (!region || !record) {
    throw new ServiceError('InvalidInstanceID.NotFound', `The instance ID '${instanceId.slice(0, 60)}' does not exist`)
  }
  if (record.instance.InstanceLifecycle !== 'spot' || stateOf(record) !== 'running') {
    throw new ServiceError('IncorrectState', `'${instanceId}' is no running spot instance`)
  }
  const life = { world, region, record }
  const at = new Date(world.clock.now().getTime() + NOTICE_MS)
  world.schedule.after(0, interrupting, { ...nameOf(life), at })
  return at
}

const interrupting = lifeTransition<{ at: Date }>('notify a spot instance', (life, { at }) => {
  const { world, record } = life
  if (stateOf(record) !== 'running' || record.interruption) return
  const action = behaviorOf(life)
  record.interruption = { action, at }
  refreshMetadata(life)
  const spot = spotRequestOf(life)
  if (spot && spot.request.State !== 'cancelled') {
    const isOver = action === 'terminate' && spot.request.Type !== 'persistent'
    enterSpot(
      spot,
      isOver ? 'closed' : 'active',
      `marked-for-${action === 'stop' ? 'stop' : 'termination'}`,
      world.clock.now()
    )
  }
  world.schedule.after(at.getTime() - world.clock.now().getTime(), reclaiming, nameOf(life))
})

const reclaiming = lifeTransition('reclaim a spot instance', life => {
  const { world, record } = life
  const { interruption } = record
  record.interruption = undefined
  if (!interruption || stateOf(record) !== 'running') return
  const now = world.clock.now()
  if (interruption.action === 'stop')
    stop(life, false, serviceInitiated('Server.SpotInstanceShutdown', 'shutdown', now))
  else terminate(life, false, serviceInitiated('Server.SpotInstanceTermination', 'termination', now))
})

const behaviorOf = (life: Life): 'stop' | 'terminate' =>
  spotRequestOf(life)?.request.InstanceInterruptionBehavior === 'stop' ? 'stop' : 'terminate'

const serviceInitiated = (Code: string, what: string, now: Date): Cause => ({
  reason: { Code, Message: `${Code}: Spot instance ${what}` },
  transition: `Service initiated (${now.toISOString().slice(0, 19).replace('T', ' ')} GMT)`
})

export const interruptTransitions = [interrupting, reclaiming]
