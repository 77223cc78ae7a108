import { describe, expect, test } from '@jest/globals'
import { findVolumeProblems, type VolumeShape } from '../../src/image/volume-limits.ts'

/** @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html */
describe('a volume that EBS has', () => {
  test.each<VolumeShape>([
    { type: 'gp2', sizeGiB: 1 },
    { type: 'gp3', sizeGiB: 1, iops: 3000, throughputMiBps: 125 },
    { type: 'gp3', sizeGiB: 8, iops: 4000, throughputMiBps: 1000 },
    { type: 'gp3', sizeGiB: 65_536, iops: 80_000, throughputMiBps: 2000 },
    { type: 'gp3', sizeGiB: 8, throughputMiBps: 750 },
    { type: 'gp3', iops: 80_000 },
    { type: 'io1', sizeGiB: 4, iops: 200 },
    { type: 'io2', sizeGiB: 4, iops: 4000 },
    { type: 'st1', sizeGiB: 125 },
    { type: 'standard', sizeGiB: 1024 }
  ])('%j', shape => {
    expect(findVolumeProblems(shape)).toEqual([])
  })
})

test.each<[VolumeShape, string]>([
  [{ type: 'gp2', sizeGiB: 16_385 }, 'expected 1 to 16384 GiB for type gp2, found 16385 GiB'],
  [{ type: 'io1', sizeGiB: 3, iops: 100 }, 'expected 4 to 16384 GiB for type io1, found 3 GiB'],
  [{ type: 'st1', sizeGiB: 124 }, 'expected 125 to 16384 GiB for type st1, found 124 GiB'],
  [{ type: 'gp2', iops: 300 }, 'expected no iops for type gp2, which has those of its size; found 300'],
  [{ type: 'gp3', iops: 2999 }, 'expected 3000 to 80000 iops for type gp3, found 2999'],
  [{ type: 'io2', iops: 256_001 }, 'expected 100 to 256000 iops for type io2, found 256001'],
  [
    { type: 'gp3', sizeGiB: 8, iops: 4001 },
    'expected at most 4000 iops for 8 GiB of type gp3 (500 per GiB), found 4001'
  ],
  [
    { type: 'gp3', sizeGiB: 1, iops: 3001 },
    'expected at most 3000 iops for 1 GiB of type gp3 (500 per GiB), found 3001'
  ],
  [{ type: 'io1', sizeGiB: 4, iops: 201 }, 'expected at most 200 iops for 4 GiB of type io1 (50 per GiB), found 201'],
  [
    { type: 'io2', throughputMiBps: 500 },
    "expected no throughput for type io2, which can't be given any; found 500 MiB/s"
  ],
  [{ type: 'gp3', throughputMiBps: 2001 }, 'expected 125 to 2000 MiB/s for type gp3, found 2001 MiB/s'],
  [
    { type: 'gp3', throughputMiBps: 751 },
    'expected at most 750 MiB/s for 3000 iops (1 MiB/s for each 4), found 751 MiB/s'
  ],
  [
    { type: 'gp3', iops: 4000, throughputMiBps: 1001 },
    'expected at most 1000 MiB/s for 4000 iops (1 MiB/s for each 4), found 1001 MiB/s'
  ]
])('%j: %s', (shape, problem) => {
  expect(findVolumeProblems(shape)).toEqual([problem])
})
