import type { World } from '../world/world.ts'

/** Deletes those of the layers that no snapshot or volume of any region stands on any more; base images stay. */
export async function deleteUnusedLayers(world: World, layers: readonly string[]): Promise<void> {
  const candidates = new Set(layers.filter(layer => !layer.startsWith('base:')))
  if (candidates.size === 0) return
  for (const region of world.regions()) {
    for (const record of [...region.snapshots.values(), ...region.volumes.values()]) {
      for (const layer of record.layers) candidates.delete(layer)
    }
  }
  if (candidates.size > 0) await world.guests.deleteLayers([...candidates])
}
