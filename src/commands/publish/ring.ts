import { AmiError } from '../../errors.ts'
import type { Recipe } from '../../recipe/recipe.ts'

/** The ring that is published to. */
export interface Ring {
  readonly name: string
  /** The one that has to have the image first. */
  readonly after?: string
  readonly isLast: boolean
}

/** The ring that is asked for, the first where none is; undefined where the recipe has none. Errors: INPUT. */
export function chooseRing({ publish: { rings } }: Recipe, asked: string | undefined): Ring | undefined {
  const name = asked ?? rings[0]
  if (name === undefined) return undefined
  const index = rings.indexOf(name)
  if (index < 0) {
    const known = rings.length > 0 ? `one of ${rings.join(', ')}` : 'none, for the recipe has no `publish.rings`'
    throw new AmiError('INPUT', `Input ring: expected ${known}, found ${name}`)
  }
  const after = rings[index - 1]
  return { name, isLast: index === rings.length - 1, ...(after && { after }) }
}
