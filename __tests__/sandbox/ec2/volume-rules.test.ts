import { describe, expect, test } from '@jest/globals'
import { completeVolume, type VolumeShape } from '../../../src/sandbox/ec2/volume-rules.ts'

// https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html
describe('a volume', () => {
  test.each([
    [
      { type: 'gp3', sizeGiB: 8 },
      { iops: 3000, throughput: 125 }
    ],
    [
      { type: 'gp3', sizeGiB: 8, iops: 4000, throughput: 1000 },
      { iops: 4000, throughput: 1000 }
    ],
    [{ type: 'gp2', sizeGiB: 8 }, { iops: 100 }],
    [{ type: 'gp2', sizeGiB: 100 }, { iops: 300 }],
    [{ type: 'gp2', sizeGiB: 16_000 }, { iops: 16_000 }],
    [{ type: 'io2', sizeGiB: 8, iops: 8000 }, { iops: 8000 }],
    [{ type: 'st1', sizeGiB: 125 }, { iops: undefined }]
  ] as [VolumeShape, object][])('%j gets %j', (shape, completed) => {
    expect(completeVolume(shape)).toMatchObject({ ...shape, ...completed })
  })

  test.each([
    [{ type: 'gp9', sizeGiB: 8 }, 'InvalidParameterValue', 'Value (gp9) for parameter volumeType is invalid.'],
    [
      { type: 'gp3', sizeGiB: 0 },
      'InvalidParameterValue',
      'Volume size of 0 GiB is invalid: gp3 takes 1 to 65536 GiB.'
    ],
    [
      { type: 'st1', sizeGiB: 8 },
      'InvalidParameterValue',
      'Volume size of 8 GiB is invalid: st1 takes 125 to 16384 GiB.'
    ],
    [
      { type: 'gp3', sizeGiB: 8, iops: 100 },
      'InvalidParameterValue',
      'Volume iops of 100 is too low; minimum is 3000.'
    ],
    [
      { type: 'gp3', sizeGiB: 8, iops: 90_000 },
      'InvalidParameterValue',
      'Volume iops of 90000 is too high; maximum is 80000.'
    ],
    [
      { type: 'gp3', sizeGiB: 8, iops: 5000 },
      'InvalidParameterValue',
      'Iops to volume size ratio of 625.000000 is too high; maximum is 500'
    ],
    [
      { type: 'gp3', sizeGiB: 8, throughput: 1000 },
      'InvalidParameterValue',
      'Throughput (MiBps) to iops ratio of 0.333333 is too high; maximum is 0.250000 MiBps per iops.'
    ],
    [
      { type: 'gp3', sizeGiB: 8, throughput: 100 },
      'InvalidParameterValue',
      'Throughput must be between 125 and 2000 MiB/s, not 100.'
    ],
    [{ type: 'io1', sizeGiB: 8 }, 'MissingParameter', 'The request must contain the parameter iops'],
    [
      { type: 'gp2', sizeGiB: 8, throughput: 125 },
      'InvalidParameterCombination',
      'The parameter throughput is not supported for gp2 volumes.'
    ]
  ] as [VolumeShape, string, string][])('%j is refused: %s', (shape, code, message) => {
    expect(() => completeVolume(shape)).toThrow(expect.objectContaining({ code, message }))
  })
})
