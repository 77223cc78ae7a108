import type { Recipe } from '../../recipe/recipe.ts'
import type { Inputs } from '../../run.ts'
import { type Place, parsePlace, sayPlace } from '../place.ts'

/**
 * Where instances are to be launched from the image: in the regions that are asked for, else in those of the recipe, of the
 * images, and at home; in the account of the credentials and in every member account.
 */
export function listPlaces({ regions, accounts, images, awsRegion }: Inputs, recipe: Recipe): Place[] {
  const named = Object.keys(images).map(parsePlace)
  const asked = regions.length > 0 ? regions : [awsRegion, ...Object.keys(recipe.regions)]
  const all = new Set(regions.length > 0 ? regions : [...asked, ...named.map(({ region }) => region)])
  const everywhere = [undefined, ...accounts].flatMap(account =>
    [...all].map(region => ({ region, ...(account && { account }) }))
  )
  const places = [...everywhere, ...named.filter(({ region }) => all.has(region))]
  return [...new Map(places.map(place => [sayPlace(place), place])).values()]
}
