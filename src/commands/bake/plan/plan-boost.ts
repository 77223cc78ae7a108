import type { BlockDeviceMapping } from '@aws-sdk/client-ec2'
import { AmiError } from '../../../errors.ts'
import { findVolumeProblems, GP3_BASELINE } from '../../../image/volume-limits.ts'
import type { Boost, Recipe } from '../../../recipe/recipe.ts'
import type { BaseImage } from './choose-base.ts'

/** What the builder's root volume has while it is built, more than the image is to have. */
export interface BoostPlan extends Boost {
  readonly device: string
}

/**
 * Decides how the root volume is made faster for the time of the build. Result: undefined where the recipe asks for
 * nothing. Errors: RECIPE, where EBS has no such volume.
 */
export function planBoost({ builder, volumes }: Recipe, base: BaseImage): BoostPlan | undefined {
  const { boost } = builder
  const device = base.RootDeviceName
  if (!boost || !device) return undefined
  const root = volumes.find(volume => volume.device === device)
  const at = root && { at: root.place }
  if (root?.type !== undefined && root.type !== 'gp3') {
    const hint = 'Leave the boost out, or make the root volume gp3.'
    throw new AmiError('RECIPE', `builder.boost: expected a root volume of type gp3, found ${root.type}`, {
      ...at,
      hint
    })
  }
  const baseGiB = base.BlockDeviceMappings?.find(each => each.DeviceName === device)?.Ebs?.VolumeSize
  const [problem] = findVolumeProblems({ type: 'gp3', sizeGiB: root?.sizeGiB ?? baseGiB, ...boost })
  if (problem) throw new AmiError('RECIPE', `builder.boost: ${problem}`, at)
  return { ...boost, device }
}

/** What the root volume is to have again, once the build is over. */
export function afterBoost(mappings: readonly BlockDeviceMapping[], { device }: BoostPlan): Boost {
  const wanted = mappings.find(each => each.DeviceName === device)?.Ebs
  return {
    iops: wanted?.Iops ?? GP3_BASELINE.iops,
    throughputMiBps: wanted?.Throughput ?? GP3_BASELINE.throughputMiBps
  }
}

/** The volumes as the builder is launched with them. */
export function boosted(mappings: readonly BlockDeviceMapping[], boost: BoostPlan | undefined): BlockDeviceMapping[] {
  return boost ? withSpeed(mappings, boost.device, boost) : [...mappings]
}

/** The volumes with the speed of one of them said. */
export function withSpeed(
  mappings: readonly BlockDeviceMapping[],
  device: string,
  { iops: Iops, throughputMiBps: Throughput }: Boost
): BlockDeviceMapping[] {
  return mappings.map(mapping =>
    mapping.DeviceName === device
      ? { ...mapping, Ebs: { ...mapping.Ebs, VolumeType: 'gp3', Iops, Throughput } }
      : mapping
  )
}
