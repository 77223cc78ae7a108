import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import type { PackageList } from '../../../guest/package-list.ts'
import type { Run } from '../../../run.ts'
import { compareInventories } from './compare.ts'
import { type Inventory, readInventory } from './packages.ts'
import { readSbom } from './read-sbom.ts'
import { type ImageName, toSbom } from './sbom.ts'
import type { KnownPackages, PackageStory } from './story.ts'

/** What is installed in an image, as a bill of materials, and beside the one that the input `previous-sbom` names. */
export function takeInventory(run: Run, image: ImageName, list: PackageList): PackageStory {
  if ('missing' in list) return list
  const inventory = readInventory(list.lines)
  if (inventory.packages.length === 0) return { missing: 'neither rpm nor dpkg nor Windows lists any' }
  const comparison = compareWithPrevious(run, inventory)
  return { count: inventory.packages.length, sbom: toSbom(image, inventory), comparison }
}

/** A bake does not fail for what it is compared with. */
function compareWithPrevious({ inputs, workspace, log }: Run, now: Inventory): KnownPackages['comparison'] {
  const { previousSbom: file } = inputs
  if (!file) return { missing: 'no earlier list was given (`previous-sbom`)' }
  try {
    const { of, inventory } = readSbom(readFileSync(findFile(path.resolve(workspace, file)), 'utf8'))
    return { with: of, differences: compareInventories(inventory, now) }
  } catch (error) {
    const missing = `${file} could not be read`
    log.warning(`The packages are not compared: ${missing}: ${error instanceof Error ? error.message : error}`)
    return { missing }
  }
}

/** In a folder, as a downloaded artifact is one, the list is the only JSON. */
function findFile(at: string): string {
  if (!statSync(at).isDirectory()) return at
  const found = readdirSync(at).filter(name => name.endsWith('.json'))
  if (found.length !== 1) throw new Error(`expected one list in the folder, found ${found.length}`)
  return path.join(at, found[0] ?? '')
}
