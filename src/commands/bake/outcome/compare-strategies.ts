import type { Image } from '@aws-sdk/client-ec2'
import { totalBuildSeconds } from '../../../image/build-seconds.ts'
import { toFamilyImage } from '../../../image/family-image.ts'
import { TAGS } from '../../../image/tags.ts'

/** What the last images of one strategy took and last, as medians; undefined where none of them says so. */
export interface StrategyRow {
  readonly strategy: string
  readonly images: number
  readonly buildSeconds: number | undefined
  readonly bootSeconds: number | undefined
  readonly shelfLifeSeconds: number | undefined
  readonly sizeGiB: number | undefined
}

/** Older images say little of what a bake takes now. */
const LAST = 10

/** Compares the strategies of a family by its last images of each, the newest strategy first. */
export function compareStrategies(family: readonly Image[]): StrategyRow[] {
  const images = family
    .map(described => ({ ...toFamilyImage(described), sizeGiB: sizeOf(described) }))
    .filter(({ isFinished, bakedAt }) => isFinished && bakedAt !== undefined)
    .sort((a, b) => timeOf(b.bakedAt) - timeOf(a.bakedAt))
  const strategies = new Set(images.map(({ tags }) => tags[TAGS.strategy] ?? ''))
  return [...strategies].filter(Boolean).map(strategy => {
    const last = images.filter(({ tags }) => tags[TAGS.strategy] === strategy).slice(0, LAST)
    return {
      strategy,
      images: last.length,
      buildSeconds: median(last.map(({ tags }) => totalBuildSeconds(tags[TAGS.buildSeconds]))),
      bootSeconds: median(last.map(({ tags }) => Number.parseFloat(tags[TAGS.bootSeconds] ?? ''))),
      shelfLifeSeconds: median(last.map(({ bakedAt, validUntil }) => (timeOf(validUntil) - timeOf(bakedAt)) / 1000)),
      sizeGiB: median(last.map(({ sizeGiB }) => sizeGiB))
    }
  })
}

const sizeOf = ({ BlockDeviceMappings: mappings = [] }: Image): number =>
  mappings.reduce((sum, { Ebs: ebs }) => sum + (ebs?.VolumeSize ?? 0), 0)

const timeOf = (date: Date | undefined): number => date?.getTime() ?? Number.NaN

function median(values: readonly number[]): number | undefined {
  const sorted = values.filter(value => !Number.isNaN(value)).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}
