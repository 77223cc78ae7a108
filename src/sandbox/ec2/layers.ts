import type { Region } from '../world/region.ts'
import type { World } from '../world/world.ts'

/**
 * Deletes those of the layers that no volume or snapshot of any region stands on any more, also none in the Recycle
 * Bin; base images stay.
 */
export async function deleteUnusedLayers(world: World, layers: readonly string[]): Promise<void> {
  const candidates = new Set(layers.filter(layer => !layer.startsWith('base:')))
  if (candidates.size === 0) return
  for (const region of world.regions()) {
    for (const { layers: used } of standing(region)) for (const layer of used) candidates.delete(layer)
  }
  if (candidates.size > 0) await world.guests.deleteLayers([...candidates])
}

/** One after the other and not as a list: there may be tens of thousands. */
function* standing(region: Region): Iterable<{ readonly layers: readonly string[] }> {
  yield* region.snapshots.values()
  yield* region.volumes.values()
  for (const { kept } of region.recycledSnapshots.values()) yield kept
}
