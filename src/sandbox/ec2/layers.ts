import type { World } from '../world/world.ts'

/**
 * Deletes those of the layers that no volume or snapshot of any region stands on any more, also none in the Recycle
 * Bin; base images stay.
 */
export async function deleteUnusedLayers(world: World, layers: readonly string[]): Promise<void> {
  const candidates = new Set(layers.filter(layer => !layer.startsWith('base:')))
  if (candidates.size === 0) return
  for (const region of world.regions()) {
    const recycled = [...region.recycledSnapshots.values()].map(({ kept }) => kept)
    for (const record of [...region.snapshots.values(), ...recycled, ...region.volumes.values()]) {
      for (const layer of record.layers) candidates.delete(layer)
    }
  }
  if (candidates.size > 0) await world.guests.deleteLayers([...candidates])
}
