import type { VolumeType } from '@aws-sdk/client-ec2'
import { missingParameter, ServiceError } from '../errors.ts'

interface TypeRules {
  readonly sizeGiB: readonly [min: number, max: number]
  readonly iops?: readonly [min: number, max: number, perGiB: number]
  readonly iopsDefault?: number
  readonly throughput?: readonly [min: number, max: number]
}

/** @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html */
const RULES: Readonly<Record<VolumeType, TypeRules>> = {
  standard: { sizeGiB: [1, 1024] },
  gp2: { sizeGiB: [1, 16_384] },
  gp3: { sizeGiB: [1, 65_536], iops: [3000, 80_000, 500], iopsDefault: 3000, throughput: [125, 2000] },
  io1: { sizeGiB: [4, 16_384], iops: [100, 64_000, 50] },
  io2: { sizeGiB: [4, 65_536], iops: [100, 256_000, 1000] },
  st1: { sizeGiB: [125, 16_384] },
  sc1: { sizeGiB: [125, 16_384] }
}

const GP3_MIBPS_PER_IOPS = 0.25

export interface VolumeShape {
  readonly sizeGiB: number
  readonly type: VolumeType
  readonly iops?: number | undefined
  readonly throughput?: number | undefined
}

/**
 * Checks size, IOPS and throughput (MiB/s) against the volume type, and fills in what EBS chooses where they are not
 * given. Errors: InvalidParameterValue, InvalidParameterCombination, MissingParameter.
 */
export function completeVolume(shape: VolumeShape): VolumeShape {
  const { type, sizeGiB } = shape
  const rules = Object.hasOwn(RULES, type) ? RULES[type] : undefined
  if (!rules) throw invalid(`Value (${type}) for parameter volumeType is invalid.`)
  const [smallest, largest] = rules.sizeGiB
  if (!Number.isInteger(sizeGiB) || sizeGiB < smallest || sizeGiB > largest) {
    throw invalid(`Volume size of ${sizeGiB} GiB is invalid: ${type} takes ${smallest} to ${largest} GiB.`)
  }
  const iops = completeIops(shape, rules)
  return { type, sizeGiB, iops, throughput: completeThroughput(shape, rules, iops) }
}

function completeIops({ type, sizeGiB, iops }: VolumeShape, rules: TypeRules): number | undefined {
  if (!rules.iops) {
    if (iops !== undefined) throw unsupported('iops', type)
    return type === 'gp2' ? Math.min(16_000, Math.max(100, sizeGiB * 3)) : undefined
  }
  const value = iops ?? rules.iopsDefault
  if (value === undefined) throw missingParameter('iops')
  const [min, max, perGiB] = rules.iops
  if (value < min || value > max) {
    throw invalid(
      `Volume iops of ${value} is ${value < min ? 'too low; minimum is' : 'too high; maximum is'} ${value < min ? min : max}.`
    )
  }
  if (iops !== undefined && iops > min && iops > perGiB * sizeGiB) {
    throw invalid(`Iops to volume size ratio of ${(iops / sizeGiB).toFixed(6)} is too high; maximum is ${perGiB}`)
  }
  return value
}

function completeThroughput({ type, throughput }: VolumeShape, rules: TypeRules, iops = 0): number | undefined {
  if (!rules.throughput) {
    if (throughput !== undefined) throw unsupported('throughput', type)
    return undefined
  }
  const [min, max] = rules.throughput
  const value = throughput ?? min
  if (value < min || value > max) throw invalid(`Throughput must be between ${min} and ${max} MiB/s, not ${value}.`)
  if (value > iops * GP3_MIBPS_PER_IOPS) {
    const ratio = (value / iops).toFixed(6)
    throw invalid(`Throughput (MiBps) to iops ratio of ${ratio} is too high; maximum is 0.250000 MiBps per iops.`)
  }
  return value
}

const invalid = (sentence: string): ServiceError => new ServiceError('InvalidParameterValue', sentence)

const unsupported = (parameter: string, type: string): ServiceError =>
  new ServiceError('InvalidParameterCombination', `The parameter ${parameter} is not supported for ${type} volumes.`)
