import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { Stages } from '../../../../src/commands/bake/outcome/stages.ts'

beforeEach(() => {
  jest.useFakeTimers({ now: new Date('2026-06-01T12:00:00Z') })
})
afterEach(() => {
  jest.useRealTimers()
})

test('stages are timed, failed ones, too', async () => {
  const stages = new Stages()
  const failure = new Error('no')
  await expect(
    stages.time('plan', async () => {
      jest.advanceTimersByTime(1500)
      return 'planned'
    })
  ).resolves.toBe('planned')
  await expect(
    stages.time('launch', async () => {
      jest.advanceTimersByTime(20_000)
      throw failure
    })
  ).rejects.toBe(failure)
  expect(stages.done).toEqual([
    { name: 'plan', start: new Date('2026-06-01T12:00:00Z'), seconds: 1.5, failed: false },
    { name: 'launch', start: new Date('2026-06-01T12:00:01.500Z'), seconds: 20, failed: true }
  ])
  expect(stages.seconds).toBe(21.5)
})
