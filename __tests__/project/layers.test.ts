import { describe, expect, test } from '@jest/globals'

// A script, not part of the program that tsc checks: its shape is told here.
const { findViolations } = (await import('../../scripts/layers.mjs' as string)) as {
  findViolations(path: string, text: string): string[]
}

const PLAN = 'src/commands/bake/plan.ts'

describe('imports point downward', () => {
  test.each([
    ['a command reads a recipe', 'src/commands/bake/bake.ts', "import { loadRecipe } from '../../recipe/load.ts'"],
    ['a command imports its own files', 'src/commands/bake/bake.ts', "import { planBake } from './plan.ts'"],
    ['the port names the clients by their type', 'src/run.ts', "import type { Aws } from './aws/aws.ts'"],
    ['a plan knows the SDK by its types', PLAN, "import type { Image } from '@aws-sdk/client-ec2'"],
    ['a plan makes digests', PLAN, "import { createHash } from 'node:crypto'"],
    ['a sandbox file imports the sandbox', 'src/sandbox/ec2/tags.ts', "import { World } from '../world/world.ts'"]
  ])('allowed: %s', (_, path, text) => {
    expect(findViolations(path, text)).toEqual([])
  })

  test.each([
    ['a recipe reaches a command', 'src/recipe/load.ts', "import { bake } from '../commands/bake/bake.ts'"],
    ['by a type', 'src/image/tags.ts', "import type { Recipe } from '../recipe/recipe.ts'"],
    ['by a dynamic import', 'src/aws/aws.ts', "const m = await import('../action/job.ts')"],
    ['by an export', 'src/aws/aws.ts', "export * from '../action/job.ts'"],
    ['by a bare import', 'src/aws/aws.ts', "import '../action/job.ts'"],
    ['over several lines', 'src/guest/shell.ts', "import {\n  bake\n} from '../commands/bake/bake.ts'"],
    ['after a declaration', 'src/errors.ts', "export type A = string\nimport { b } from './run.ts'"],
    ['the port imports code', 'src/run.ts', "import { Aws } from './aws/aws.ts'"],
    ['the action reaches into a guest', 'src/action/job.ts', "import { quote } from '../guest/shell.ts'"],
    ['the action reads recipes', 'src/action/inputs.ts', "import { loadRecipe } from '../recipe/load.ts'"],
    ['the action starts a command itself', 'src/action/job.ts', "import { commands } from '../commands/commands.ts'"],
    ['the sandbox imports the action', 'src/sandbox/main.ts', "import { AmiError } from '../errors.ts'"],
    ['the action imports the sandbox', 'src/main.ts', "import { World } from './sandbox/world/world.ts'"],
    ['a plan does I/O', PLAN, "import { readFile } from 'node:fs/promises'"],
    ['a plan calls the SDK', PLAN, "import { EC2Client } from '@aws-sdk/client-ec2'"],
    ['a plan calls our clients', 'src/commands/copy/copy-plan.ts', "import { Aws } from '../../aws/aws.ts'"]
  ])('refused: %s', (_, path, text) => {
    expect(findViolations(path, text)).toEqual([expect.stringMatching(`^${path}:[12]: .+`)])
  })

  test('a refusal names file, line and rule', () => {
    const text = "import { join } from 'node:path'\n\nimport type { Run } from '../run.ts'\n"
    expect(findViolations('src/image/name.ts', text)).toEqual(['src/image/name.ts:3: image may not import run'])
  })
})
