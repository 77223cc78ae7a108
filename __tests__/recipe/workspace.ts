import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { AmiError, Problems } from '../../src/errors.ts'
import { loadRecipe, type RecipeRequest } from '../../src/recipe/load.ts'
import type { Recipe } from '../../src/recipe/recipe.ts'

type Files = Readonly<Record<string, string | Buffer>>

/** A checkout of a user's repository, with `images/web.yml` and whatever a test puts beside it. */
export class Workspace {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'ami-action-recipe-'))

  write(files: Files): this {
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(this.folder, name)
      mkdirSync(path.dirname(file), { recursive: true })
      writeFileSync(file, content)
    }
    return this
  }

  load(yaml: string, inputs: Partial<RecipeRequest['inputs']> = {}): Recipe {
    this.write({ 'images/web.yml': yaml })
    const defaults = { recipe: 'images/web.yml', awsRegion: 'us-east-1', regions: [], tags: {} }
    return loadRecipe({ workspace: this.folder, inputs: { ...defaults, ...inputs } })
  }

  /** What is wrong with a recipe, one line each: line, column, message. */
  refusals(yaml: string, inputs: Partial<RecipeRequest['inputs']> = {}): string[] {
    try {
      this.load(yaml, inputs)
      return []
    } catch (error) {
      if (!(error instanceof AmiError)) throw error
      const problems = error instanceof Problems ? error.problems : [error]
      return problems.map(({ at, message }) => `${at ? `${at.line}:${at.column}` : '-'} ${message}`)
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** A recipe with nothing wrong; what is given is added to it. */
export const minimal = (...lines: readonly string[]): string =>
  ['family: web', 'strategy: partial', 'base: { id: ami-0123456789abcdef0 }', ...lines, ''].join('\n')
