import type { Aws } from '../../aws/aws.ts'
import type { AmiError } from '../../errors.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import { applyAllowedImages } from '../allowed-images/apply.ts'
import { observeAllowedImages } from '../allowed-images/observe.ts'
import { type AllowedImagesPlan, planAllowedImages } from '../allowed-images/plan.ts'
import { readBases } from '../bake/observe/observe-base.ts'
import { failuresAt, type Place } from '../place.ts'
import type { JudgedPlace, KnownImage } from './facts.ts'

/** What was done about the Allowed AMIs settings at a place, or why nothing was. */
export interface Allowed {
  readonly place: Place
  readonly plan?: AllowedImagesPlan
  readonly errors: readonly AmiError[]
}

/** Tends the Allowed AMIs settings of every place, as the recipe asks; one place's failure hides no other's. */
export async function allowImages(
  aws: Aws,
  recipe: Recipe | undefined,
  places: readonly JudgedPlace[]
): Promise<Allowed[]> {
  const asked = recipe?.allowedImages
  if (!asked) return []
  const bases = await readBases(aws.in(aws.run.inputs.awsRegion), recipe.base)
  const ofBases = bases.flatMap(({ ImageOwnerAlias: alias, OwnerId: id }) => alias ?? id ?? [])
  return Promise.all(
    places.map(async judged => {
      const { place } = judged
      try {
        const providers = [...new Set([...ofBases, ...ownersInUse(judged)])].sort()
        const clients = aws.as(place.account).in(place.region)
        const plan = planAllowedImages(asked, await observeAllowedImages(clients, providers), aws.now())
        if (!aws.run.inputs.dryRun) await applyAllowedImages(clients, plan)
        return { place, plan, errors: [] }
      } catch (error) {
        aws.signal.throwIfAborted()
        return { place, errors: failuresAt(place, error) }
      }
    })
  )
}

/** Whose approved images run at a place, but for its own: those are always allowed. */
function ownersInUse({ place, instances }: JudgedPlace): string[] {
  const images = instances.flatMap(({ verdict, image }) => (verdict === 'approved' && image ? [image] : []))
  return images.filter(image => !isOwn(image, place)).flatMap(({ owners }) => owners.at(-1) ?? [])
}

/** The home account sees the tags of its own images. */
const isOwn = ({ owners, tags }: KnownImage, { account }: Place): boolean =>
  account === undefined ? tags !== undefined : owners.includes(account)
