import { AmiError, throwProblems } from '../../errors.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import type { Inputs } from '../../run.ts'

/** Refuses what a recipe or the inputs may ask for, and this version's bake can't do. Errors: RECIPE, INPUT. */
export function refuseUnsupported(recipe: Recipe, inputs: Inputs): void {
  throwProblems([...refusedInputs(inputs), ...refusedKeys(recipe)])
}

function refusedInputs({ regions, accounts, accountRole }: Inputs): AmiError[] {
  const given = {
    regions: regions.length > 0,
    accounts: accounts.length > 0,
    'account-role': accountRole !== undefined
  }
  return Object.entries(given).flatMap(([name, isGiven]) => {
    const hint = 'An image is baked in aws-region, in the account of the credentials; `copy` takes it on.'
    return isGiven ? [new AmiError('INPUT', `Input ${name}: bake does not use it`, { hint })] : []
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
