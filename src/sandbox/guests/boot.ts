import { basename } from 'node:path'
import { runInGuest } from './agent.ts'
import type { Bases } from './bases.ts'
import { bootProgram } from './cloudinit/boot-program.ts'
import { type GuestProcess, type Launch, launch } from './guest-process.ts'
import type { BootRequest, Guest, GuestVolume } from './guests.ts'
import type { Holder } from './holder.ts'
import { type Layers, layerFolder } from './layers.ts'
import { openNetwork } from './network.ts'

const STOP_MILLISECONDS = 10_000
/** For guests without a metadata service to say their own. */
const ADDRESS = '172.31.0.10'

interface Parts {
  readonly holder: Holder
  readonly bases: Bases
  readonly layers: Layers
  readonly withNetwork: boolean
}

/** Boots a guest. Resolves when its PID 1 runs and its network is there. Errors: an Error with why it did not boot. */
export async function bootGuest(parts: Parts, request: BootRequest): Promise<Guest> {
  const { holder, layers } = parts
  const process = launch(holder, await planLaunch(parts, request))
  const setRunning = (running: boolean) => {
    for (const { volumeId } of request.volumes) layers.setRunning(volumeId, running)
  }
  setRunning(true)
  let told = false
  const ended = process.ended.then(how => {
    setRunning(false)
    if (!told) request.onEnd(how)
  })
  const end = async (signal: 'TERM' | 'KILL') => {
    told = true
    await process.signal(signal)
    const late = setTimeout(() => void process.signal('KILL'), STOP_MILLISECONDS)
    await ended
    clearTimeout(late)
  }
  try {
    const pid = await start(parts, process, request)
    return {
      ready: Promise.resolve(),
      run: run => runInGuest(holder.root, pid, run),
      stop: () => end('TERM'),
      kill: () => end('KILL'),
      reboot: () => process.signal('HUP')
    }
  } catch (error) {
    await end('KILL')
    throw error
  }
}

async function start({ holder, withNetwork }: Parts, process: GuestProcess, request: BootRequest): Promise<string> {
  const { id, metadata, userData } = request
  if (withNetwork) {
    const network = await openNetwork(holder.root, await process.routerPid, metadata, userData)
    void process.ended.then(() => network.close())
  }
  const pid = await process.pid
  process.boot(
    bootProgram({
      instanceId: id,
      hostname: metadata['meta-data/local-hostname'] || id,
      publicKey: metadata['meta-data/public-keys/0/openssh-key'],
      userData
    })
  )
  return pid
}

async function planLaunch({ bases, layers, withNetwork }: Parts, request: BootRequest): Promise<Launch> {
  const { id, metadata, volumes, onConsole } = request
  const root = volumes.find(volume => volume.root)
  if (!root) throw new Error(`${id} has no root volume`)
  const data = volumes.filter(volume => !volume.root)
  return {
    id,
    hostname: (metadata['meta-data/local-hostname'] || id).replace(/\..*/, ''),
    address: withNetwork ? metadata['meta-data/local-ipv4'] || ADDRESS : '',
    root: { volumeId: root.volumeId, lower: await lowerOf(bases, layers, root) },
    data: await Promise.all(
      data.map(async volume => ({
        volumeId: volume.volumeId,
        name: basename(volume.device),
        lower: await lowerOf(bases, layers, volume)
      }))
    ),
    onConsole
  }
}

/** The read-only folders of a volume as an overlay takes them, topmost first. `e` is an empty one. */
async function lowerOf(bases: Bases, layers: Layers, { volumeId, root }: GuestVolume): Promise<string> {
  const chain = layers.chainOf(volumeId)
  const frozen = chain.flatMap(layer => layerFolder(layer) ?? []).toReversed()
  const base = chain.find(layer => layer.startsWith('base:'))
  if (!root) return [...frozen, ...(base ? await bases.lowerFolders(base) : ['e'])].join(':')
  const rootBase = base ?? 'base:host'
  return [await bases.shimsFolder(rootBase), ...frozen, ...(await bases.lowerFolders(rootBase))].join(':')
}
