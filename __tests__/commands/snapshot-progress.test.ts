import { describe, expect, test } from '@jest/globals'
import { readProgress } from '../../src/commands/snapshot-progress.ts'

const pending = (Progress: string) => ({ State: 'pending' as const, Progress })
const completed = { State: 'completed' as const, Progress: '100%' }

describe('pending snapshots tell how far they are, and when to look again: at two thirds of the time that is left', () => {
  test.each([
    ['nothing known yet: as long again as it has lasted', 7, [pending('')], ', snapshots 0%', 7],
    ['at the beginning: not too far off', 20, [pending('4%')], ', snapshots 4%', 180],
    ['near the end', 360, [pending('95%')], ', snapshots 95%', 12.6],
    ['at the very end: not too often', 390, [pending('99%')], ', snapshots 99%', 2.6],
    ['several: the slowest counts', 100, [pending('90%'), pending('80%')], ', snapshots 90%, 80%', 16.7],
    ['one is completed', 100, [completed, pending('80%')], ', snapshots 100%, 80%', 16.7]
  ])('%s', (_, elapsedSeconds, snapshots, text, seconds) => {
    const progress = readProgress(snapshots, elapsedSeconds)
    expect(progress?.text).toBe(text)
    expect(progress?.nextLookSeconds).toBeCloseTo(seconds, 1)
  })
})

describe('their image has more to tell', () => {
  test.each([
    ['all are completed', [completed]],
    ['one has failed', [pending('10%'), { State: 'error' as const }]],
    ['there are none', []]
  ])('%s', (_, snapshots) => {
    expect(readProgress(snapshots, 60)).toBeUndefined()
  })
})
