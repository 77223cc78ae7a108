import type { Sunset } from '../../recipe/recipe.ts'

/** How the images of a family are retired. */
export interface Policy extends Sunset {
  readonly family: string
  /** Of images that do not say until when they are valid. */
  readonly validForSeconds: number
}
