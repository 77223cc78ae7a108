import type { Holder } from './holder.ts'

/**
 * The volumes and the frozen layers of a sandbox, as folders in its work folder: v/VOLUME/up, and l/NUMBER. The chain
 * that a volume stands on is in v/VOLUME/chain, so that one of an earlier process is found again.
 */
export interface Layers {
  createVolume(volumeId: string, from: readonly string[]): Promise<void>
  freeze(volumeId: string): Promise<readonly string[]>
  deleteVolume(volumeId: string): Promise<void>
  deleteLayers(layers: readonly string[]): Promise<void>
  sizeBytes(layers: readonly string[]): Promise<number>
  /** The chain below a volume's own writable layer, lowest first. Errors: an Error for a volume that is not there. */
  chainOf(volumeId: string): readonly string[]
  /** Marks a volume as in use by a guest, or no longer. */
  setRunning(volumeId: string, running: boolean): void
}

interface Volume {
  chain: readonly string[]
  running: boolean
}

const FOLDER = /^layer:(\d+)$/

/** The folder of a frozen layer in the work folder. Result: nothing for a base. */
export function layerFolder(layer: string): string | undefined {
  const [, number] = FOLDER.exec(layer) ?? []
  return number && `l/${number}`
}

/** Opens the layers in a holder's work folder. `forget` takes out of a folder what the sandbox itself put there. */
export async function openLayers(holder: Holder, forget: (folder: string) => Promise<void>): Promise<Layers> {
  const volumes = await readVolumes(holder)
  let count = Number(await holder.bash(HIGHEST))

  function find(volumeId: string): Volume {
    const volume = volumes.get(volumeId)
    if (volume) return volume
    throw new Error(`there is no volume ${volumeId} among the layers`)
  }

  return {
    createVolume: async (volumeId, chain) => {
      if (volumes.has(volumeId)) return
      await holder.bash(CREATE, [volumeId, chain.join(' ')])
      volumes.set(volumeId, { chain, running: false })
    },
    freeze: async volumeId => {
      const volume = find(volumeId)
      const layer = `layer:${++count}`
      const frozen = [...volume.chain, layer]
      await holder.bash(volume.running ? COPY : MOVE, [volumeId, layerFolder(layer) ?? '', frozen.join(' ')])
      await forget(layerFolder(layer) ?? '')
      // What a running guest has mounted cannot change: its volume goes on over the older chain.
      if (!volume.running) volume.chain = frozen
      return frozen
    },
    deleteVolume: async volumeId => {
      volumes.delete(volumeId)
      await holder.bash('rm -rf "v/$1"', [volumeId])
    },
    deleteLayers: async layers => {
      const inUse = new Set([...volumes.values()].flatMap(volume => volume.chain))
      const folders = layers.filter(layer => !inUse.has(layer)).flatMap(layer => layerFolder(layer) ?? [])
      if (folders.length > 0) await holder.bash('rm -rf "$@"', folders)
    },
    sizeBytes: async layers => {
      const folders = layers.flatMap(layer => layerFolder(layer) ?? [])
      if (folders.length === 0) return 0
      return Number((await holder.bash('du -scB1 -- "$@" | tail -n 1 | cut -f 1', folders)).trim())
    },
    chainOf: volumeId => find(volumeId).chain,
    setRunning: (volumeId, running) => {
      const volume = volumes.get(volumeId)
      if (volume) volume.running = running
    }
  }
}

/** Those that are there already: of an earlier process on the same state folder. */
async function readVolumes(holder: Holder): Promise<Map<string, Volume>> {
  const lines = (await holder.bash(LIST)).split('\n').filter(line => line !== '')
  return new Map(
    lines.map(line => {
      const [volumeId = '', ...chain] = line.trim().split(' ')
      return [volumeId, { chain, running: false }]
    })
  )
}

// A sandbox that was killed may have left a chain without its last layer, or a volume without its folders.
const LIST = `for folder in v/*; do
  [ -f "$folder/chain" ] || continue
  mkdir -p "$folder/up" "$folder/work"
  chain=
  for layer in $(cat "$folder/chain"); do
    case $layer in layer:*) [ -d "l/\${layer#layer:}" ] || continue ;; esac
    chain="$chain $layer"
  done
  echo "\${folder#v/}$chain"
done`

const HIGHEST = 'ls l | sort -n | tail -n 1'

const CREATE = `mkdir -p "v/$1/up" "v/$1/work"
echo "$2" >"v/$1/chain"`

// The chain first: one that names a layer which is not there yet is mended when it is read.
const MOVE = `echo "$3" >"v/$1/chain"
mv "v/$1/up" "$2"
rm -rf "v/$1/work"
mkdir "v/$1/up" "v/$1/work"`

// A guest may delete a file while it is copied.
const COPY = 'cp -a "v/$1/up" "$2" || [ -d "$2" ]'
