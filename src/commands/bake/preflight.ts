import { DescribeImagesCommand } from '@aws-sdk/client-ec2'
import type { Aws, Clients } from '../../aws/aws.ts'
import { serviceErrorName } from '../../aws/failure.ts'
import { AmiError, throwProblems } from '../../errors.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import { isUnknownProfile } from './builder/launch-first.ts'
import { isNoCapacity } from './builder/no-capacity.ts'
import type { ImagePlan } from './plan/plan-image.ts'
import type { Way } from './way.ts'

/**
 * Asks whatever can be asked before anything is created, at once: whether the image's name is free, and whether EC2 would
 * accept the first requests. Errors: NAME, PERMISSION, what EC2 says; Problems where there are several.
 */
export async function preflight(aws: Aws, recipe: Recipe, { plan, rehearsals }: Way): Promise<void> {
  const checks = [checkNames(aws, recipe, plan), ...rehearsals.map(rehearse)]
  const results = await Promise.allSettled(checks)
  throwProblems(results.flatMap(result => (result.status === 'rejected' ? [problemOf(result.reason)] : [])))
}

function problemOf(error: unknown): AmiError {
  if (error instanceof AmiError) return error
  throw error
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html (DryRun) */
async function rehearse(request: () => Promise<unknown>): Promise<void> {
  try {
    await request()
  } catch (error) {
    const code = serviceErrorName(error)
    if (code !== 'DryRunOperation' && !isNoCapacity(code) && !isUnknownProfile(error)) throw error
  }
}

/** EC2 would tell only when all the work is done that a name is taken, here or where copies are to have it. */
async function checkNames(aws: Aws, recipe: Recipe, { region, imageName }: ImagePlan): Promise<void> {
  const regions = [...new Set([region, ...Object.keys(recipe.regions)])]
  const taken = await Promise.all(regions.map(each => hasImageNamed(aws.in(each), imageName)))
  const found = regions.filter((_, i) => taken[i])
  if (found.length === 0) return
  const hint = 'Put {date} and {time} into the `name` of the recipe, or remove the old image.'
  const sentence = `Expected an image name that is free in ${regions.join(', ')}; found ${imageName} in use in ${found.join(', ')}`
  throw new AmiError('NAME', sentence, { hint })
}

async function hasImageNamed(clients: Clients, name: string): Promise<boolean> {
  const filters = [{ Name: 'name', Values: [name.replace(/[*?\\]/g, '\\$&')] }]
  const { Images: images = [] } = await clients.ec2.send(
    new DescribeImagesCommand({ Owners: ['self'], IncludeDeprecated: true, IncludeDisabled: true, Filters: filters })
  )
  return images.length > 0
}
