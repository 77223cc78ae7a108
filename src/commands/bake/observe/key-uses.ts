import type { Place } from '../../../errors.ts'
import type { Recipe } from '../../../recipe/recipe.ts'

/** A key that the recipe names, and where it is to encrypt. */
export interface KeyUse {
  readonly region: string
  /** As the recipe names it. */
  readonly key: string
  readonly at?: Place
}

/** Every use of a key: for the builder's volumes at home, and for those of the copies in further regions. */
export function keyUsesOf({ volumes, kmsKey, regions }: Recipe, home: string): KeyUse[] {
  const ofVolumes = volumes.flatMap(({ kmsKey: key, place: at }) => (key ? [{ region: home, key, at }] : []))
  const ofOthers = kmsKey ? [{ region: home, key: kmsKey }] : []
  const ofCopies = Object.entries(regions)
    .filter(([region]) => region !== home)
    .flatMap(([region, { kmsKeys }]) => [...new Set(Object.values(kmsKeys))].map(key => ({ region, key })))
  return [...ofVolumes, ...ofOthers, ...ofCopies]
}

/** Where the facts keep what KMS says of a key. */
export const keyName = ({ region, key }: KeyUse): string => `${region} ${key}`
