import type { BlockDeviceMapping } from '@aws-sdk/client-ec2'
import { AmiError, throwProblems } from '../../../errors.ts'
import { findVolumeProblems } from '../../../image/volume-limits.ts'
import type { Recipe, Volume } from '../../../recipe/recipe.ts'
import type { BaseImage } from './choose-base.ts'

type Mappings = readonly BlockDeviceMapping[]

const DEFAULT_TYPE = 'gp3'
/** They can't be booted from. */
const NO_ROOT: readonly (string | undefined)[] = ['st1', 'sc1']

/**
 * The builder's volumes as the image is to have them: the base's, changed as the recipe says, and the recipe's further
 * ones; all encrypted from the start, so that the image needs no second copy, and all deleted with the builder.
 * Errors: RECIPE.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EbsBlockDevice.html
 */
export function planVolumes(recipe: Recipe, base: BaseImage): BlockDeviceMapping[] {
  const ofBase = (base.BlockDeviceMappings ?? []).filter(mapping => mapping.Ebs && mapping.DeviceName)
  const asked = new Map(recipe.volumes.map(volume => [volume.device, volume]))
  throwProblems(recipe.volumes.flatMap(volume => checkVolume(volume, ofBase, base)))
  const kept = ofBase.map(({ DeviceName: device = '' }) => toMapping(device, asked.get(device), recipe.kmsKey))
  const known = new Set(ofBase.map(mapping => mapping.DeviceName))
  const added = recipe.volumes.filter(volume => !known.has(volume.device))
  return [...kept, ...added.map(volume => toMapping(volume.device, volume, recipe.kmsKey))]
}

/** The devices whose volumes are to outlive the instances of the image; absent where there are none. */
export function keptDevicesOf({ volumes }: Recipe): { keptDevices?: readonly string[] } {
  const keptDevices = volumes.filter(volume => volume.deleteOnTermination === false).map(volume => volume.device)
  return keptDevices.length > 0 ? { keptDevices } : {}
}

function checkVolume(volume: Volume, ofBase: Mappings, base: BaseImage): AmiError[] {
  const { device, type = DEFAULT_TYPE, iops, throughputMiBps, place: at } = volume
  const baseGiB = ofBase.find(each => each.DeviceName === device)?.Ebs?.VolumeSize
  const sizeProblem = checkSize(volume, ofBase, base)
  if (sizeProblem) return [sizeProblem]
  const shape = { type, sizeGiB: volume.sizeGiB ?? baseGiB, iops, throughputMiBps }
  const found = findVolumeProblems(shape)
  if (device === base.RootDeviceName && NO_ROOT.includes(type)) {
    found.unshift(`expected a type that can be booted from for the root volume, found ${type}`)
  }
  return found.map(problem => new AmiError('RECIPE', `Volume ${device}: ${problem}`, { at }))
}

function checkSize({ device, sizeGiB, place: at }: Volume, ofBase: Mappings, base: BaseImage): AmiError | undefined {
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
      VolumeType: volume?.type ?? DEFAULT_TYPE,
      ...(key && { KmsKeyId: key }),
      ...(volume?.sizeGiB && { VolumeSize: volume.sizeGiB }),
      ...(volume?.iops && { Iops: volume.iops }),
      ...(volume?.throughputMiBps && { Throughput: volume.throughputMiBps })
    }
  }
}
