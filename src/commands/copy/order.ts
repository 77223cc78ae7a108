import { createHash } from 'node:crypto'
import { AmiError, throwProblems } from '../../errors.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import type { Inputs } from '../../run.ts'
import type { Place } from '../place.ts'

/** What is asked for. */
export interface CopyOrder {
  /** `encrypt` encrypts every volume; `copy` leaves those alone for which no key is named. */
  readonly kind: 'copy' | 'encrypt'
  readonly run: string
  readonly places: readonly Place[]
  /** For every volume; wins over `keys`. */
  readonly kmsKey?: string
  /** By region, then by device. */
  readonly keys: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Of a time-based copy. */
  readonly completionMinutes?: number
  /** More tags for the copies. */
  readonly tags: Readonly<Record<string, string>>
}

/** Reads the order from the inputs and the recipe. Errors: INPUT. */
export function toOrder(kind: CopyOrder['kind'], inputs: Inputs, run: string, recipe: Recipe | undefined): CopyOrder {
  const asked = recipe ? Object.keys(recipe.regions) : inputs.regions
  const regions = asked.length === 0 && kind === 'encrypt' ? [inputs.awsRegion] : [...new Set(asked)]
  throwProblems(refusedInputs(regions))
  const completion = recipe?.copy.completionSeconds
  return {
    kind,
    run,
    places:
      inputs.accounts.length > 0
        ? inputs.accounts.flatMap(account => regions.map(region => ({ region, account })))
        : regions.map(region => ({ region })),
    keys: keysOf(recipe, inputs.awsRegion),
    tags: recipe?.tags ?? inputs.tags,
    ...(inputs.kmsKey && { kmsKey: inputs.kmsKey }),
    ...(completion && { completionMinutes: completion / 60 })
  }
}

function refusedInputs(regions: readonly string[]): AmiError[] {
  if (regions.length > 0) return []
  const hint = 'Give the input `regions`, or a recipe with `regions`.'
  return [new AmiError('INPUT', 'Expected regions to copy to, found none', { hint })]
}

/** At home the keys are those of the volumes, unless the region has its own. */
function keysOf(recipe: Recipe | undefined, home: string): CopyOrder['keys'] {
  if (!recipe) return {}
  const ofVolumes = recipe.volumes.flatMap(({ device, kmsKey }) => (kmsKey ? [[device, kmsKey]] : []))
  const ofRegions = Object.entries(recipe.regions).map(([region, { kmsKeys }]) => [region, kmsKeys])
  return {
    [home]: Object.fromEntries(ofVolumes),
    ...Object.fromEntries(ofRegions.filter(([, keys]) => Object.keys(keys ?? {}).length > 0))
  }
}

/** The key that is asked for a device at a place; undefined where none is. */
export const askedKey = (order: CopyOrder, { region }: Place, device: string): string | undefined =>
  order.kmsKey ?? order.keys[region]?.[device]

/** Every key that is asked for at a place. */
export const askedKeys = (order: CopyOrder, { region }: Place): string[] =>
  order.kmsKey ? [order.kmsKey] : [...new Set(Object.values(order.keys[region] ?? {}))]

const MAX_NAME_LENGTH = 128

/**
 * The names that a copy may have, the best first: the source's own, and one that tells of its keys, where the first is
 * taken, or has to stay the source's. The same order always means the same names.
 */
export function namesOf(
  order: CopyOrder,
  place: Place,
  source: { region: string; imageId: string; name: string }
): string[] {
  const intent = [
    source.region,
    source.imageId,
    place.region,
    order.kind,
    JSON.stringify([order.kmsKey, order.keys[place.region]])
  ]
  const suffix = `-${createHash('sha256').update(intent.join('\n')).digest('hex').slice(0, 8)}`
  const other = `${source.name.slice(0, MAX_NAME_LENGTH - suffix.length)}${suffix}`
  return place.region === source.region && !place.account ? [other] : [source.name, other]
}
