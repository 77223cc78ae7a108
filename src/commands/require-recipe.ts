import { AmiError } from '../errors.ts'
import { loadRecipe } from '../recipe/load.ts'
import type { Recipe } from '../recipe/recipe.ts'
import type { Run } from '../run.ts'

/** Loads the recipe of a command that can't do without. Errors: INPUT, RECIPE. */
export function requireRecipe(run: Run, hint: string): Recipe {
  if (run.inputs.recipe) return loadRecipe(run)
  const sentence = 'Input recipe: expected the path of a recipe such as images/web.yml, found nothing'
  throw new AmiError('INPUT', sentence, { hint })
}
