import { describe, expect, test } from '@jest/globals'
import { type CopyFacts, copySeconds } from '../../../../src/sandbox/ec2/snapshots/copy-duration.ts'

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
