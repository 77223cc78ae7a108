import { describe, expect, test } from '@jest/globals'

interface Call {
  readonly operation: string
  readonly outcome: string
}

// A script, not part of the program that tsc checks: its shape is told here.
const { tallyCalls } = (await import('../../bench/tally-calls.mjs' as string)) as {
  tallyCalls(calls: readonly Call[]): Record<'total' | 'safety' | 'plain' | 'throttled', number> & {
    readonly byOperation: ReadonlyMap<string, number>
  }
}

/** Operations by blanks; one that EC2 was asked for with DryRun has a question mark, one that was throttled an exclamation mark. */
const calls = (text: string): Call[] =>
  text.split(' ').map(word => ({
    operation: word.replace(/[?!]$/, ''),
    outcome: word.endsWith('?') ? 'DryRunOperation' : word.endsWith('!') ? 'RequestLimitExceeded' : 'ok'
  }))

const plainOf = (text: string): string =>
  [...tallyCalls(calls(text)).byOperation].map(([operation, count]) => `${operation} ${count}`).join(', ')

describe('the calls of a bake, safety reads apart', () => {
  test.each([
    ['what is asked with DryRun', 'RunInstances? RunInstances', 'RunInstances 1'],
    [
      'types and subnets, before anything was created',
      'DescribeInstanceTypes DescribeSubnets CreateTags',
      'CreateTags 1'
    ],
    [
      'a look whether the name is free',
      'DescribeImages DescribeImages RunInstances',
      'DescribeImages 1, RunInstances 1'
    ],
    ['a group that was just made', 'CreateSecurityGroup DescribeSecurityGroups', 'CreateSecurityGroup 1'],
    [
      'the snapshots of a finished image',
      'CreateImage DescribeImages DescribeSnapshots',
      'CreateImage 1, DescribeImages 1'
    ]
  ])('apart: %s', (_, text, plain) => {
    expect(plainOf(text)).toBe(plain)
  })

  test.each([
    [
      'the search for builders of earlier runs',
      'DescribeInstances RunInstances',
      'DescribeInstances 1, RunInstances 1'
    ],
    ['types that are read later', 'RunInstances DescribeInstanceTypes', 'RunInstances 1, DescribeInstanceTypes 1'],
    ['a group that was there', 'DescribeSecurityGroups RunInstances', 'DescribeSecurityGroups 1, RunInstances 1'],
    [
      'progress',
      'CreateImage DescribeSnapshots DescribeImages',
      'CreateImage 1, DescribeSnapshots 1, DescribeImages 1'
    ],
    ['a call that was throttled', 'CreateImage! CreateImage', 'CreateImage 2']
  ])("the bake's own: %s", (_, text, plain) => {
    expect(plainOf(text)).toBe(plain)
  })

  test('all together', () => {
    const text = 'DescribeImages DescribeImages RunInstances? RunInstances DescribeInstances! DescribeInstances'
    expect(tallyCalls(calls(text))).toMatchObject({ total: 6, safety: 2, plain: 4, throttled: 1 })
  })
})
