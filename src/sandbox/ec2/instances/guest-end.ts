import type { Transition } from '../../world/transition.ts'
import { deleteVolume } from '../make-volume.ts'
import { postConsole } from './console.ts'
import { releaseInterfaces, takePublicAddress } from './interfaces.ts'
import { type InstanceName, type Life, lifeTransition, nameOf } from './life.ts'
import { enter, stateOf, userInitiated } from './states.ts'
import { detachVolume, volumesOf } from './volumes.ts'

/** Stops a running instance; `hard` does not let its guest shut down. */
export function stop(life: Life, hard: boolean): void {
  end(life, 'stopping', hard)
  life.world.after('stop', stopping, nameOf(life))
}

/** Terminates an instance in any state; `hard` does not let its guest shut down. */
export function terminate(life: Life, hard: boolean): void {
  end(life, 'shutting-down', hard)
  life.world.after('terminate', terminating, nameOf(life))
}

function end(life: Life, state: 'stopping' | 'shutting-down', hard: boolean): void {
  const { world, record } = life
  enter(record, state, userInitiated(world.clock.now()))
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
export function finishStop({ world, record }: Life): void {
  if (stateOf(record) !== 'stopping') return
  takePublicAddress(record)
  enter(record, 'stopped')
  postConsole(record, world.clock.now())
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
}

export const stopping = lifeTransition('stop an instance', finishStop)
export const terminating = lifeTransition('terminate an instance', finishTermination)

export const guestEndTransitions = [halting, killing, stopping, terminating]
