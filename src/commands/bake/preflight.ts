import { DescribeImagesCommand } from '@aws-sdk/client-ec2'
import type { Aws, Clients } from '../../aws/aws.ts'
import { AmiError } from '../../errors.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import type { ImagePlan } from './plan-image.ts'

/**
 * Whether the image's name is free here and wherever copies are to have it: EC2 would tell only when all the work is
 * done. Errors: NAME.
 */
export async function checkNames(aws: Aws, recipe: Recipe, { region, imageName }: ImagePlan): Promise<void> {
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
