import type { Context } from './context.ts'
import type { Recipe, Volume } from './recipe.ts'

const TYPES_WITH_IOPS: readonly (string | undefined)[] = ['gp3', 'io1', 'io2']

/** Notes volumes that contradict each other, their type, or the keys of the regions. */
export function checkVolumes(context: Context, recipe: Recipe, homeRegion: string): void {
  recipe.volumes.forEach((volume, index) => {
    const first = recipe.volumes.findIndex(({ device }) => device === volume.device)
    if (first < index) refuse(context, index, `${volume.device} is listed already, as volumes[${first}]`)
    checkPerformance(context, volume, index)
  })
  checkRegionKeys(context, recipe, homeRegion)
}

/** @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html */
function checkPerformance(context: Context, { type, iops, throughputMiBps }: Volume, index: number): void {
  if (iops !== undefined && !TYPES_WITH_IOPS.includes(type)) {
    refuse(context, index, `expected type gp3, io1 or io2 beside iops, found ${type ?? 'no type'}`)
  }
  if (throughputMiBps !== undefined && type !== 'gp3') {
    refuse(context, index, `expected type gp3 beside throughput, found ${type ?? 'no type'}`)
  }
  if (iops === undefined && (type === 'io1' || type === 'io2')) {
    refuse(context, index, `expected iops beside type ${type}, found none`)
  }
}

/** A copy without a key of its own would silently fall back to the region's default key. */
function checkRegionKeys(context: Context, { volumes, regions }: Recipe, homeRegion: string): void {
  for (const [region, { kmsKeys }] of Object.entries(regions)) {
    if (region === homeRegion) continue
    const missing = volumes.filter(({ device, kmsKey }) => kmsKey !== undefined && kmsKeys[device] === undefined)
    for (const { device, kmsKey } of missing) {
      const sentence = `regions.${region}: expected kms-keys to hold a key for ${device}, which is encrypted with ${kmsKey}`
      context.refuse(['regions', region], `${sentence}, found none`)
    }
  }
}

const refuse = (context: Context, index: number, sentence: string): void =>
  context.refuse(['volumes', index], `volumes[${index}]: ${sentence}`)
