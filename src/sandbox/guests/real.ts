import { basename } from 'node:path'
import { runInGuest } from './agent.ts'
import { type Bases, forgetShims, openBases } from './bases.ts'
import { bootProgram } from './cloudinit/boot-program.ts'
import { launch } from './guest-process.ts'
import type { BootRequest, Guest, Guests, GuestVolume } from './guests.ts'
import { type Holder, startHolder } from './holder.ts'
import { type Layers, layerFolder, openLayers } from './layers.ts'
import type { Root } from './rights.ts'

const STOP_MILLISECONDS = 10_000

export interface RealOptions {
  readonly root: Root
  readonly bases: Readonly<Record<string, string>>
  readonly stateFolder?: string
}

/** Opens guests that are Linux namespaces over overlay file systems. Errors: an Error where the host does not allow it. */
export async function realGuests(options: RealOptions): Promise<Guests> {
  const holder = await startHolder(options.root, options.stateFolder)
  const bases = openBases(holder, options.bases)
  const layers = openLayers(holder, folder => forgetShims(holder, folder))
  return {
    kind: 'real',
    ...layers,
    boot: request => boot({ holder, bases, layers }, request),
    close: () => holder.close()
  }
}

interface Parts {
  readonly holder: Holder
  readonly bases: Bases
  readonly layers: Layers
}

async function boot(parts: Parts, request: BootRequest): Promise<Guest> {
  const { holder, layers } = parts
  const { volumes } = request
  const guest = launch(holder, await plan(parts, request))
  let told = false
  for (const { volumeId } of volumes) layers.setRunning(volumeId, true)
  const ended = guest.ended.then(how => {
    for (const { volumeId } of volumes) layers.setRunning(volumeId, false)
    if (!told) request.onEnd(how)
  })
  const pid = await guest.pid
  guest.boot(
    bootProgram({
      instanceId: request.id,
      hostname: request.metadata['meta-data/local-hostname'] || request.id,
      publicKey: request.metadata['meta-data/public-keys/0/openssh-key'],
      userData: request.userData
    })
  )
  const end = async (signal: 'TERM' | 'KILL') => {
    told = true
    await guest.signal(signal)
    const late = setTimeout(() => void guest.signal('KILL'), STOP_MILLISECONDS)
    await ended
    clearTimeout(late)
  }
  return {
    ready: Promise.resolve(),
    run: run => runInGuest(holder.root, pid, run),
    stop: () => end('TERM'),
    kill: () => end('KILL'),
    reboot: () => guest.signal('HUP')
  }
}

async function plan({ bases, layers }: Parts, request: BootRequest) {
  const { id, metadata, volumes, onConsole } = request
  const root = volumes.find(volume => volume.root)
  if (!root) throw new Error(`${id} has no root volume`)
  const lowerOf = async ({ volumeId, root: isRoot }: GuestVolume) => {
    const chain = layers.chainOf(volumeId)
    const folders = chain.flatMap(layer => layerFolder(layer) ?? []).toReversed()
    const base = chain[0]?.startsWith('base:') || isRoot ? await bases.lowerFolders(chain[0] ?? 'base:host') : ['e']
    const shims = isRoot ? [await bases.shimsFolder(chain[0] ?? 'base:host')] : []
    return [...shims, ...folders, ...base].join(':')
  }
  return {
    id,
    hostname: (metadata['meta-data/local-hostname'] || id).split('.')[0] ?? id,
    address: metadata['meta-data/local-ipv4'] ?? '172.31.0.10',
    root: { volumeId: root.volumeId, lower: await lowerOf(root) },
    data: await Promise.all(
      volumes
        .filter(volume => !volume.root)
        .map(async volume => ({
          volumeId: volume.volumeId,
          name: basename(volume.device),
          lower: await lowerOf(volume)
        }))
    ),
    onConsole
  }
}
