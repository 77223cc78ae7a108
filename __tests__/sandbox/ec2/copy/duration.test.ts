import { describe, expect, test } from '@jest/globals'
import { type CopyFacts, copySeconds } from '../../../../src/sandbox/ec2/snapshots/copy-duration.ts'
import { snapshotSeconds } from '../../../../src/sandbox/ec2/snapshots/snapshot-duration.ts'

const MINUTE = 60

// Measured by users of packer and twoliter: see the function's comment.
describe('a copy takes', () => {
  test.each([
    ['5 to 10 minutes for a root volume in its region', { sizeGiB: 8 }, 5, 10],
    ['5 to 7 minutes for a root volume to another region', { sizeGiB: 8, crossesRegions: true }, 5, 7],
    ['more than 10 minutes for a larger one', { sizeGiB: 30, crossesRegions: true }, 10, 15],
    ['a minute where nothing has changed', { sizeGiB: 500, isFull: false }, 1, 1],
    ['no longer than asked for', { sizeGiB: 500, crossesRegions: true, withinMinutes: 15 }, 15, 15],
    ['no longer because a longer time was asked for', { sizeGiB: 8, withinMinutes: 60 }, 5, 10]
  ] as [string, Partial<CopyFacts>, number, number][])('%s', (_, change, atLeast, atMost) => {
    const seconds = copySeconds({ sizeGiB: 8, crossesRegions: false, isFull: true, ...change })
    expect(seconds).toBeGreaterThanOrEqual(atLeast * MINUTE)
    expect(seconds).toBeLessThanOrEqual(atMost * MINUTE)
  })
})

// supabase/postgres#2457 and awslabs/amazon-eks-ami#1871: see the function's comment.
describe('a snapshot takes', () => {
  test.each([
    ['9 minutes for 10 GiB on default gp3', { sizeGiB: 10, throughputMiBps: 125, isFull: true }, 9],
    ['1 minute for 10 GiB on the fastest gp3', { sizeGiB: 10, throughputMiBps: 1000, isFull: true }, 1],
    ['4 hours for 300 GiB on default gp3', { sizeGiB: 300, throughputMiBps: 125, isFull: true }, 240]
  ])('about %s', (_, facts, minutes) => {
    const seconds = snapshotSeconds(facts)
    expect(seconds).toBeGreaterThan(minutes * MINUTE * 0.85)
    expect(seconds).toBeLessThan(minutes * MINUTE * 1.15)
  })

  test('much less where it only stores what has changed since an earlier one', () => {
    expect(snapshotSeconds({ sizeGiB: 300, throughputMiBps: 125, isFull: false })).toBeLessThan(MINUTE)
  })
})
