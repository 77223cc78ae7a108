import type { BootRequest, GuestEnd } from '../../guests/guests.ts'
import { bootWindows } from '../../guests/windows/boot.ts'
import { windowsOf } from '../../guests/windows/on-volume.ts'
import { ebsKeyTrouble, type KeyTrouble } from '../ebs-key.ts'
import { fillVolume } from '../make-volume.ts'
import { canStop } from '../spot/follow.ts'
import { appendConsole, postConsole } from './console.ts'
import { finishStop, finishTermination, halt, stopping, terminating } from './guest-end.ts'
import { givePublicAddress } from './interfaces.ts'
import { type Life, lifeTransition, nameOf } from './life.ts'
import { serveMetadata } from './metadata.ts'
import { makePasswordData } from './password.ts'
import { type Cause, enter, INSTANCE_INITIATED, stateOf } from './states.ts'
import { releaseBusyVolumes, setAttachmentStatus, volumesOf } from './volumes.ts'

/** Takes a pending instance on: to running with a booted guest, or back to where it came from if EC2 cannot start it. */
export function start(life: Life): void {
  life.world.after('start', starting, nameOf(life))
}

/** Reboots the guest of a running instance, as RebootInstances does: it is shut down, and boots again. */
export function reboot(life: Life): void {
  life.world.schedule.after(0, rebooting, nameOf(life))
}

const rebooting = lifeTransition('reboot an instance', async life => {
  if (stateOf(life.record) !== 'running') return
  await halt(life, false)
  await boot(life)
})

const starting = lifeTransition('start an instance', async life => {
  const { world, region, record } = life
  if (stateOf(record) !== 'pending') return
  const first = record.boots === 0
  const { failure } = record
  record.failure = undefined
  if (failure) return fail(life, first, { reason: failure })
  const trouble = keyTrouble(life)
  if (trouble) return fail(life, first, { reason: { Code: trouble.code, Message: trouble.message } })
  try {
    if (first) for (const { volume } of volumesOf(life)) await fillVolume(world, volume)
    setAttachmentStatus(life, 'attached')
    if (record.publicIp) givePublicAddress(record, region)
    await boot(life)
  } catch (error) {
    appendConsole(record, cannotBoot(error))
    const code = 'Server.InternalError'
    return fail(life, first, { reason: { Code: code, Message: `${code}: Internal error on launch` } })
  }
  if (stateOf(record) === 'pending') enter(record, 'running', {})
})

/** Both keys are needed: the volume's own, and that of the snapshot which it is made from. */
function keyTrouble({ region, record }: Life): KeyTrouble | undefined {
  const keys = volumesOf({ region, record }).flatMap(({ volume: { volume } }) => {
    const snapshot = record.boots > 0 ? undefined : region.snapshots.get(volume.SnapshotId ?? '')?.snapshot
    return [volume.KmsKeyId, snapshot?.KmsKeyId]
  })
  for (const key of keys) {
    const trouble = key ? ebsKeyTrouble(region, record.ownerId, key) : undefined
    if (trouble) return trouble
  }
  return undefined
}

/** A launch that fails ends in terminated, a start in stopped. */
async function fail(life: Life, first: boolean, cause: Cause): Promise<void> {
  // A request that came meanwhile has gone on to shutting-down; its own turn is next.
  if (stateOf(life.record) !== 'pending') return
  enter(life.record, first ? 'shutting-down' : 'stopping', cause)
  await (first ? finishTermination(life) : finishStop(life))
}

async function boot(life: Life): Promise<void> {
  const { world, record } = life
  const { InstanceId: id, RootDeviceName: root, IamInstanceProfile: profile } = record.instance
  record.health = 'initializing'
  releaseBusyVolumes(life)
  const volumes = volumesOf(life).map(({ device, volumeId }) => ({ volumeId, device, root: device === root }))
  record.mounted = volumes.map(({ volumeId }) => volumeId)
  const request: BootRequest = {
    id,
    first: record.boots === 0,
    volumes,
    ...(record.userData && { userData: new Uint8Array(Buffer.from(record.userData, 'base64')) }),
    metadata: serveMetadata(life),
    agent: profile !== undefined,
    onConsole: text => appendConsole(record, text),
    onEnd: how => world.schedule.after(0, endingByItself, { ...nameOf(life), how })
  }
  const windows = windowsOf(life.region, record)
  const guest = windows ? bootWindows(life, windows, request) : await world.guests.boot(request)
  const data = { ...nameOf(life), boot: ++record.boots }
  world.running.set(id, guest)
  void guest.ready.then(
    () => world.after('agent', reportingReady, data),
    () => undefined
  )
}

/** About when the agent registers, the status checks have passed and the console has been posted, too. */
const reportingReady = lifeTransition<{ boot: number }>('report ready', ({ world, region, record }, data) => {
  if (record.boots !== data.boot || !world.running.has(record.instance.InstanceId)) return
  const now = world.clock.now()
  record.health = 'ok'
  // A Windows guest makes its own.
  if (!windowsOf(region, record)) record.passwordData ??= makePasswordData(record)
  if (record.instance.IamInstanceProfile) record.agentSince = now
  postConsole(record, now)
})

/** A crashed guest leaves its instance running and impaired: EC2 does not look inside. */
const endingByItself = lifeTransition<{ how: GuestEnd }>('a guest ended', async (life, { how }) => {
  const { world, record } = life
  world.running.delete(record.instance.InstanceId)
  record.agentSince = undefined
  if (stateOf(record) !== 'running') return
  if (how === 'reboot') return boot(life)
  if (how === 'crash') {
    record.health = 'impaired'
    return
  }
  const ends = record.shutdownBehavior === 'terminate' || !canStop(life)
  enter(record, ends ? 'shutting-down' : 'stopping', INSTANCE_INITIATED)
  world.after(ends ? 'terminate' : 'stop', ends ? terminating : stopping, nameOf(life))
})

/** Boots the guest of an instance that was running when an earlier sandbox ended. */
export const booting = lifeTransition('boot again', async life => {
  const { record } = life
  if (stateOf(record) !== 'running') return
  record.agentSince = undefined
  try {
    await boot(life)
  } catch (error) {
    record.health = 'impaired'
    appendConsole(record, cannotBoot(error))
  }
})

const cannotBoot = (error: unknown): string =>
  `sandbox: this instance could not boot: ${error instanceof Error ? error.message : error}\n`

export const guestLifeTransitions = [booting, rebooting, starting, reportingReady, endingByItself]
