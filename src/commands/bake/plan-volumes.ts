import type { BlockDeviceMapping } from '@aws-sdk/client-ec2'
import { AmiError, throwProblems } from '../../errors.ts'
import type { Recipe, Volume } from '../../recipe/recipe.ts'
import type { BaseImage } from './choose-base.ts'

/**
 * The builder's volumes: the base's, changed as the recipe says, and the recipe's further ones; all encrypted from the
 * start, so that the image needs no second copy, and all deleted with the builder. Errors: RECIPE.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EbsBlockDevice.html
 */
export function planVolumes(recipe: Recipe, base: BaseImage): BlockDeviceMapping[] {
  const ofBase = (base.BlockDeviceMappings ?? []).filter(mapping => mapping.Ebs && mapping.DeviceName)
  const asked = new Map(recipe.volumes.map(volume => [volume.device, volume]))
  const problems = recipe.volumes
    .map(volume => checkVolume(volume, ofBase, base))
    .filter(problem => problem !== undefined)
  throwProblems(problems)
  const kept = ofBase.map(({ DeviceName: device = '' }) => toMapping(device, asked.get(device), recipe.kmsKey))
  const known = new Set(ofBase.map(mapping => mapping.DeviceName))
  const added = recipe.volumes.filter(volume => !known.has(volume.device))
  return [...kept, ...added.map(volume => toMapping(volume.device, volume, recipe.kmsKey))]
}

function checkVolume(volume: Volume, ofBase: readonly BlockDeviceMapping[], base: BaseImage): AmiError | undefined {
  const { device, sizeGiB, place: at } = volume
  const mapping = ofBase.find(each => each.DeviceName === device)
  const baseGiB = mapping?.Ebs?.VolumeSize
  if (!mapping && sizeGiB === undefined) {
    const devices = ofBase.map(each => each.DeviceName).join(', ')
    const hint = `The base ${base.ImageId} has ${devices}; a further volume needs \`size\`.`
    return new AmiError('RECIPE', `Expected a size for the volume ${device}, found none`, { at, hint })
  }
  if (baseGiB !== undefined && sizeGiB !== undefined && sizeGiB < baseGiB) {
    const found = `Expected at least ${baseGiB} GiB for ${device}, the size of the base ${base.ImageId}; found ${sizeGiB} GiB`
    return new AmiError('RECIPE', found, { at })
  }
  return undefined
}

function toMapping(device: string, volume: Volume | undefined, defaultKey: string | undefined): BlockDeviceMapping {
  const key = volume?.kmsKey ?? defaultKey
  return {
    DeviceName: device,
    Ebs: {
      Encrypted: true,
      DeleteOnTermination: true,
      VolumeType: volume?.type ?? 'gp3',
      ...(key && { KmsKeyId: key }),
      ...(volume?.sizeGiB && { VolumeSize: volume.sizeGiB }),
      ...(volume?.iops && { Iops: volume.iops }),
      ...(volume?.throughputMiBps && { Throughput: volume.throughputMiBps })
    }
  }
}
