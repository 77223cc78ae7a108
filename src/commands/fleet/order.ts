import { AmiError } from '../../errors.ts'
import { ENFORCE } from '../../recipe/defaults.ts'
import type { Enforce, Recipe } from '../../recipe/recipe.ts'
import type { Inputs } from '../../run.ts'
import type { Place } from '../place.ts'
import type { Approval } from './judge-instance.ts'

/** What is asked for: where to look, what is good there, and what to do about the rest. */
export interface FleetOrder {
  readonly places: readonly Place[]
  readonly approval: Approval
  /** With the mode that the input asks for. */
  readonly enforce: Enforce
  /** Tags of what is created. */
  readonly tags: Readonly<Record<string, string>>
}

/**
 * Reads what is asked for. Regions: those of the input, else the home region and those of the recipe; accounts: those of
 * the input, else that of the credentials. Errors: INPUT where nothing says what is approved.
 */
export function toFleetOrder(inputs: Inputs, recipe: Recipe | undefined): FleetOrder {
  const enforce = { ...(recipe?.enforce ?? ENFORCE), ...(inputs.enforce && { mode: inputs.enforce }) }
  const { families, owners, images } = enforce.approve
  const named = [...images, ...Object.values(inputs.images), ...(inputs.imageId ? [inputs.imageId] : [])]
  if (families.length + owners.length + named.length === 0) {
    const hint = 'Give a `recipe`, the `images` of an earlier step, or an `image-id`.'
    throw new AmiError('INPUT', 'Expected something that says which images are approved, found nothing', { hint })
  }
  const { regions, awsRegion, accounts, channel, tags } = inputs
  const all = regions.length > 0 ? regions : [...new Set([awsRegion, ...Object.keys(recipe?.regions ?? {})])]
  const owned = accounts.length > 0 ? accounts.map(account => ({ account })) : [{}]
  return {
    places: owned.flatMap(account => all.map(region => ({ region, ...account }))),
    approval: { families, owners, channel, imageIds: new Set(named) },
    enforce,
    tags: recipe?.tags ?? tags
  }
}
