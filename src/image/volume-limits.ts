type VolumeType = 'gp2' | 'gp3' | 'io1' | 'io2' | 'st1' | 'sc1' | 'standard'

interface Limits {
  readonly sizeGiB: readonly [least: number, most: number]
  /** `perGiB` holds above the least. */
  readonly iops?: { readonly least: number; readonly most: number; readonly perGiB: number }
  readonly throughputMiBps?: readonly [least: number, most: number]
}

/** @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html */
const LIMITS: Readonly<Record<VolumeType, Limits>> = {
  gp2: { sizeGiB: [1, 16_384] },
  gp3: {
    sizeGiB: [1, 65_536],
    iops: { least: 3_000, most: 80_000, perGiB: 500 },
    throughputMiBps: [125, 2_000]
  },
  io1: { sizeGiB: [4, 16_384], iops: { least: 100, most: 64_000, perGiB: 50 } },
  io2: { sizeGiB: [4, 65_536], iops: { least: 100, most: 256_000, perGiB: 1_000 } },
  st1: { sizeGiB: [125, 16_384] },
  sc1: { sizeGiB: [125, 16_384] },
  standard: { sizeGiB: [1, 1_024] }
}

/** What gp3 has where nothing is asked for. */
export const GP3_BASELINE = { iops: 3_000, throughputMiBps: 125 } as const

const GP3_IOPS_PER_MIBPS = 4

/** What is asked of a volume; `sizeGiB` undefined where it is not known. */
export interface VolumeShape {
  readonly type: VolumeType
  readonly sizeGiB?: number | undefined
  readonly iops?: number | undefined
  readonly throughputMiBps?: number | undefined
}

/** Why EBS has no such volume, each as "expected …, found …". */
export function findVolumeProblems(shape: VolumeShape): string[] {
  return [sizeProblem(shape), iopsProblem(shape), throughputProblem(shape)].filter(each => each !== undefined)
}

function sizeProblem({ type, sizeGiB }: VolumeShape): string | undefined {
  const [least, most] = LIMITS[type].sizeGiB
  if (sizeGiB === undefined || (sizeGiB >= least && sizeGiB <= most)) return undefined
  return `expected ${least} to ${most} GiB for type ${type}, found ${sizeGiB} GiB`
}

function iopsProblem({ type, sizeGiB, iops }: VolumeShape): string | undefined {
  const { iops: limits } = LIMITS[type]
  if (iops === undefined) return undefined
  if (!limits) return `expected no iops for type ${type}, which has those of its size; found ${iops}`
  const { least, most, perGiB } = limits
  if (iops < least || iops > most) return `expected ${least} to ${most} iops for type ${type}, found ${iops}`
  const ofSize = Math.max(least, perGiB * (sizeGiB ?? Number.POSITIVE_INFINITY))
  return iops > ofSize
    ? `expected at most ${ofSize} iops for ${sizeGiB} GiB of type ${type} (${perGiB} per GiB), found ${iops}`
    : undefined
}

function throughputProblem({ type, iops, throughputMiBps }: VolumeShape): string | undefined {
  const { throughputMiBps: limits } = LIMITS[type]
  if (throughputMiBps === undefined) return undefined
  if (!limits)
    return `expected no throughput for type ${type}, which can't be given any; found ${throughputMiBps} MiB/s`
  const [least, most] = limits
  if (throughputMiBps < least || throughputMiBps > most) {
    return `expected ${least} to ${most} MiB/s for type ${type}, found ${throughputMiBps} MiB/s`
  }
  const ofIops = Math.floor((iops ?? GP3_BASELINE.iops) / GP3_IOPS_PER_MIBPS)
  return throughputMiBps > ofIops
    ? `expected at most ${ofIops} MiB/s for ${iops ?? GP3_BASELINE.iops} iops (1 MiB/s for each ${GP3_IOPS_PER_MIBPS}), found ${throughputMiBps} MiB/s`
    : undefined
}
