import type { Transition } from '../../world/transition.ts'
import { deleteVolume } from '../make-volume.ts'
import { followStop, followTermination } from '../spot/follow.ts'
import { postConsole } from './console.ts'
import { releaseInterfaces, takePublicAddress } from './interfaces.ts'
import { type InstanceName, type Life, lifeTransition, nameOf } from './life.ts'
import { type Cause, enter, stateOf, userInitiated } from './states.ts'
import { detachVolume, releaseBusyVolumes, volumesOf } from './volumes.ts'

/** Stops a running instance; `hard` does not let its guest shut down. `cause` is the user's request unless given. */
export function stop(life: Life, hard: boolean, cause?: Cause): void {
  end(life, 'stopping', hard, cause)
  life.world.after('stop', stopping, nameOf(life))
}

/** Terminates an instance in any state; `hard` and `cause` as for `stop`. */
export function terminate(life: Life, hard: boolean, cause?: Cause): void {
  end(life, 'shutting-down', hard, cause)
  life.world.after('terminate', terminating, nameOf(life))
}

function end(life: Life, state: 'stopping' | 'shutting-down', hard: boolean, cause?: Cause): void {
  const { world, record } = life
  enter(record, state, cause ?? userInitiated(world.clock.now()))
  record.agentSince = undefined
  world.schedule.after(0, halting, { ...nameOf(life), hard })
}

const halting = lifeTransition<{ hard: boolean }>('halt a guest', (life, { hard }) => halt(life, hard))

/** Ends a guest that does not shut down although it was told to. */
export function forceEnd(life: Life): void {
  life.world.schedule.after(0, killing, nameOf(life))
}

/** Not in its turn, which is what hangs. */
const killing: Transition<InstanceName> = {
  name: 'kill a guest',
  act: (world, { instanceId }) => world.running.get(instanceId)?.kill()
}

/** Ends the guest, if there is one: its instance goes on. */
export async function halt({ world, record }: Life, hard: boolean): Promise<void> {
  const { InstanceId: id } = record.instance
  const guest = world.running.get(id)
  world.running.delete(id)
  record.agentSince = undefined
  await (hard ? guest?.kill() : guest?.stop())
}

/** Stops an instance whose guest has ended; one that is not stopping stays as it is. */
export function finishStop(life: Life): void {
  const { world, record } = life
  if (stateOf(record) !== 'stopping') return
  takePublicAddress(record)
  releaseBusyVolumes(life)
  enter(record, 'stopped')
  postConsole(record, world.clock.now())
  followStop(life)
}

/** What a terminated instance had is gone, its volumes as their DeleteOnTermination says. */
export async function finishTermination(life: Life): Promise<void> {
  const { world, region, record } = life
  if (stateOf(record) !== 'shutting-down') return
  for (const { volume, deleteOnTermination } of volumesOf(life)) {
    if (deleteOnTermination) await deleteVolume(world, region, volume)
    else detachVolume(volume)
  }
  takePublicAddress(record)
  releaseInterfaces(record, region)
  Object.assign(record.instance, {
    BlockDeviceMappings: [],
    NetworkInterfaces: [],
    SecurityGroups: [],
    PrivateDnsName: '',
    PrivateIpAddress: undefined,
    SubnetId: undefined,
    VpcId: undefined,
    IamInstanceProfile: undefined
  })
  enter(record, 'terminated')
  record.terminatedAt = world.clock.now()
  postConsole(record, record.terminatedAt)
  followTermination(life)
}

export const stopping = lifeTransition('stop an instance', finishStop)
export const terminating = lifeTransition('terminate an instance', finishTermination)

export const guestEndTransitions = [halting, killing, stopping, terminating]
