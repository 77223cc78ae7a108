import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { Ec2Clock } from '../../src/aws/clock.ts'

const RUNNER = new Date('2026-06-01T12:00:00Z')

let clock: Ec2Clock
beforeEach(() => {
  jest.useFakeTimers({ now: RUNNER })
  clock = new Ec2Clock()
})
afterEach(() => {
  jest.useRealTimers()
})

test('before any answer, the runner’s time is all there is', () => {
  expect(clock.now()).toEqual(RUNNER)
})

test.each([
  ['ahead', 'Mon, 01 Jun 2026 15:30:00 GMT', '2026-06-01T15:30:00.000Z'],
  ['behind', 'Sun, 31 May 2026 12:00:00 GMT', '2026-05-31T12:00:00.000Z'],
  ['the same', 'Mon, 01 Jun 2026 12:00:00 GMT', '2026-06-01T12:00:00.000Z']
])('an answer tells EC2’s time: %s', (_, date, now) => {
  clock.hear(date)
  expect(clock.now().toISOString()).toBe(now)
})

test('it goes on between answers, and the latest answer counts', () => {
  clock.hear('Mon, 01 Jun 2026 15:00:00 GMT')
  jest.advanceTimersByTime(90_000)
  expect(clock.now().toISOString()).toBe('2026-06-01T15:01:30.000Z')
  clock.hear('Mon, 01 Jun 2026 16:00:00 GMT')
  expect(clock.now().toISOString()).toBe('2026-06-01T16:00:00.000Z')
})

test.each([undefined, '', 'yesterday'])('an answer that tells no time changes nothing: %j', date => {
  clock.hear('Mon, 01 Jun 2026 15:00:00 GMT')
  clock.hear(date)
  expect(clock.now().toISOString()).toBe('2026-06-01T15:00:00.000Z')
})
