import type { Aws } from '../../aws/aws.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import { readFamily } from '../observe-family.ts'
import type { Place } from '../place.ts'
import { readTemplate } from '../steps/launch-template.ts'
import { readParameter } from '../steps/parameter.ts'
import type { Observed, PlaceFacts } from './facts.ts'

/** Reads all places at once; one place's failure hides no other's. */
export function observePlaces(aws: Aws, recipe: Recipe, places: readonly Place[]): Promise<Observed[]> {
  return Promise.all(
    places.map(async place => {
      try {
        return { place, facts: await observePlace(aws, recipe, place) }
      } catch (error) {
        return { place, error }
      }
    })
  )
}

async function observePlace(aws: Aws, { family, publish }: Recipe, place: Place): Promise<PlaceFacts> {
  const clients = aws.as(place.account).in(place.region)
  const { ssm, launchTemplate } = publish
  const [own, parameter, template] = await Promise.all([
    readFamily(clients, family),
    ssm ? readParameter(clients, ssm) : undefined,
    launchTemplate ? readTemplate(clients, launchTemplate) : undefined
  ])
  const isOwn = own.length > 0 || !place.account
  const images = isOwn ? own : await readFamily(aws.in(place.region), family)
  return { place, family: images, isOwn, ...(parameter && { parameter }), ...(template && { template }) }
}
