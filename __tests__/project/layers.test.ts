import { describe, expect, test } from '@jest/globals'

const { findViolations } = (await import('../../scripts/layers.mjs' as string)) as {
  findViolations(path: string, text: string): string[]
}

describe('imports point downward', () => {
  test.each([
    ['a command may read a recipe', 'src/commands/bake/bake.ts', "import { loadRecipe } from '../../recipe/load.ts'"],
    ['a recipe may not reach a command', 'src/recipe/load.ts', "import { bake } from '../commands/bake/bake.ts'"],
    ['nor by a type', 'src/image/tags.ts', "import type { Recipe } from '../recipe/recipe.ts'"],
    ['nor by a dynamic import', 'src/aws/aws.ts', "const m = await import('../action/job.ts')"],
    ['nor over several lines', 'src/guest/shell.ts', "import {\n  bake\n} from '../commands/bake/bake.ts'"],
    ['the sandbox imports nothing of the action', 'src/sandbox/main.ts', "import { AmiError } from '../errors.ts'"],
    ['the action imports nothing of the sandbox', 'src/main.ts', "import { World } from './sandbox/world/world.ts'"],
    ['a plan does no I/O', 'src/commands/bake/plan.ts', "import { readFile } from 'node:fs/promises'"],
    [
      'a plan knows the SDK by its types',
      'src/commands/bake/plan.ts',
      "import type { Image } from '@aws-sdk/client-ec2'"
    ],
    ['but does not call it', 'src/commands/bake/plan.ts', "import { EC2Client } from '@aws-sdk/client-ec2'"]
  ])('%s', (name, path, text) => {
    const isAllowed = name.includes(' may read ') || name.includes('by its types')
    expect(findViolations(path, text)).toHaveLength(isAllowed ? 0 : 1)
  })
})
