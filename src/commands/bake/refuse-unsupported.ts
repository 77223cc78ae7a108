import { AmiError, throwProblems } from '../../errors.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import type { Inputs } from '../../run.ts'

/** Refuses what a recipe or the inputs may ask for, and this version's bake can't do. Errors: RECIPE, INPUT. */
export function refuseUnsupported(recipe: Recipe, inputs: Inputs): void {
  throwProblems([...refusedInputs(inputs), ...refusedKeys(recipe)])
}

/** The keys of a recipe that say something of the image and that this version's bake does not act on. */
export function ignoredKeys(recipe: Recipe): string[] {
  const { test, launchUserData, regions } = recipe
  const isGiven = {
    test: test.length > 0,
    launch: launchUserData !== undefined,
    regions: Object.keys(regions).length > 0
  }
  return Object.entries(isGiven).flatMap(([key, given]) => (given ? [key] : []))
}

function refusedInputs({ regions, accounts, accountRole }: Inputs): AmiError[] {
  const given = {
    regions: regions.length > 0,
    accounts: accounts.length > 0,
    'account-role': accountRole !== undefined
  }
  return Object.entries(given).flatMap(([name, isGiven]) => {
    const hint = 'Leave it out: an image is baked in aws-region, in the account of the credentials.'
    return isGiven ? [new AmiError('INPUT', `Input ${name}: bake of this version does not use it`, { hint })] : []
  })
}

function refusedKeys({ builder, provision }: Recipe): AmiError[] {
  const found: AmiError[] = []
  if (provision.via === 'ssm' && !builder.instanceProfile) {
    const hint = 'Give `builder: { instance-profile: … }` with AmazonSSMManagedInstanceCore, or use `via: user-data`.'
    found.push(
      new AmiError('RECIPE', '`provision: { via: ssm }` needs an instance profile for the SSM agent', { hint })
    )
  }
  return found
}
