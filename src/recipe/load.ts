import path from 'node:path'
import { AmiError, throwProblems } from '../errors.ts'
import type { Inputs } from '../run.ts'
import { checkSchema } from './check.ts'
import { Context } from './context.ts'
import type { Recipe } from './recipe.ts'
import { resolveRecipe } from './resolve.ts'
import { checkRules } from './rules.ts'
import { parseSource } from './source.ts'
import { readTextInside } from './text-file.ts'

/** What a recipe is loaded for; a Run is one. */
export interface RecipeRequest {
  readonly workspace: string
  readonly inputs: Pick<Inputs, 'recipe' | 'awsRegion' | 'regions' | 'kmsKey' | 'tags'>
}

const MAX_RECIPE_BYTES = 256 * 1024

/**
 * Reads the recipe that the input names and the files that the recipe names, checks it and fills in what it leaves
 * out; the inputs `regions`, `kms-key` and `tags` stand above it. Errors: INPUT without one; RECIPE, each with file,
 * line and column, as `Problems` where there are several.
 */
export function loadRecipe({ workspace, inputs }: RecipeRequest): Recipe {
  const { recipe: file, awsRegion } = inputs
  if (!file) throw new AmiError('INPUT', 'Input recipe: expected the path of a recipe, found nothing')
  const text = readTextInside({ workspace, folder: workspace, name: file, maxBytes: MAX_RECIPE_BYTES })
  const source = parseSource(nameOf(file, workspace), text)
  const written = checkSchema(source)
  const context = new Context(source, workspace)
  const recipe = resolveRecipe(context, written, inputs)
  checkRules(context, recipe, awsRegion)
  throwProblems(context.problems.sort((a, b) => (a.at?.line ?? 0) - (b.at?.line ?? 0)))
  return recipe
}

/** As annotations want it: from the workspace, with slashes. */
const nameOf = (file: string, workspace: string): string =>
  path.relative(workspace, path.resolve(workspace, file)).split(path.sep).join('/')
