import { describe, expect, test } from '@jest/globals'

interface Call {
  readonly operation: string
  readonly region: string
  readonly time: string
  readonly outcome: string
}
interface Done {
  readonly region: string
  readonly time: number
}

// A script, not part of the program that tsc checks: its shape is told here.
const { findCriticalSeconds, tallyThrottled } = (await import('../../bench/critical-path.mjs' as string)) as {
  findCriticalSeconds(calls: readonly Call[], done: readonly Done[], stopped: number | undefined): number
  tallyThrottled(calls: readonly Call[]): { readonly calls: number; readonly throttled: number }
}

const [HOME, WEST, SOUTH] = ['us-east-1', 'eu-west-1', 'sa-east-1']
const START = Date.parse('2026-01-01T00:00:00.000Z')
const at = (second: number): number => START + second * 1000
const call = (second: number, operation: string, region = HOME, outcome = 'ok'): Call => ({
  operation,
  region,
  time: new Date(at(second)).toISOString(),
  outcome
})
const done = (second: number, region = HOME): Done => ({ region, time: at(second) })

const BAKE = [call(10, 'RunInstances'), call(70, 'CreateImage')]

describe("EC2's own seconds on the longest path", () => {
  test.each<[string, number, readonly Call[], readonly Done[], number?]>([
    ['nothing was made', 0, [], []],
    ['a launch, to the stop', 50, [call(10, 'RunInstances')], [], 60],
    ['without the gap from the stop to CreateImage', 50 + 100, BAKE, [done(170)], 60],
    ['an image, to the last of its snapshots', 50 + 130, BAKE, [done(170), done(200), done(190)], 60],
    [
      'the longest copy, not the last that was complete',
      90,
      [call(10, 'CopyImage', WEST), call(60, 'CopyImage', SOUTH)],
      [done(100, WEST), done(110, SOUTH)]
    ],
    [
      'a copy, to the last of the snapshots of its region',
      40,
      [call(10, 'CopyImage', WEST)],
      [done(30, WEST), done(50, WEST), done(99, SOUTH)]
    ],
    [
      'all one after the other',
      50 + 100 + 60,
      [...BAKE, call(180, 'CopyImage', WEST), call(180, 'CopyImage', SOUTH)],
      [done(170), done(230, WEST), done(240, SOUTH)],
      60
    ],
    [
      'a launch that was only tried, or had no capacity, does not count',
      40,
      [
        call(0, 'RunInstances', HOME, 'DryRunOperation'),
        call(5, 'RunInstances', HOME, 'InsufficientInstanceCapacity'),
        call(20, 'RunInstances')
      ],
      [],
      60
    ],
    [
      'nor does a copy that there was no room for',
      20,
      [call(0, 'CopyImage', WEST, 'ResourceLimitExceeded'), call(30, 'CopyImage', WEST)],
      [done(50, WEST)]
    ]
  ])('%s: %d', (...[, seconds, calls, complete, stopped]) => {
    const stop = stopped === undefined ? undefined : at(stopped)
    expect(findCriticalSeconds(calls, complete, stop)).toBe(seconds)
  })
})

test('the calls that were throttled are told apart from all, and from other refusals', () => {
  const outcomes = ['ok', 'RequestLimitExceeded', 'ThrottlingException', 'Throttling', 'ResourceLimitExceeded']
  const calls = outcomes.map(outcome => call(0, 'DescribeImages', HOME, outcome))
  expect(tallyThrottled(calls)).toEqual({ calls: 5, throttled: 3 })
})
