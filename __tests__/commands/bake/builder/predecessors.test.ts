import type { Instance, InstanceStateName } from '@aws-sdk/client-ec2'
import { expect, test } from '@jest/globals'
import { sortPredecessors } from '../../../../src/commands/bake/builder/predecessors.ts'

const NOW = new Date('2026-06-01T12:00:00Z')
const OURS = '42-2-7d0f6f0a-3c3e-4b8e-9f5a-0d8f2f3a4b5c'
const OTHER = '77-1-11111111-3c3e-4b8e-9f5a-0d8f2f3a4b5c'
const EARLIER = '42-1-22222222-3c3e-4b8e-9f5a-0d8f2f3a4b5c'

const builder = (state: InstanceStateName, run: string, deadline?: string): Instance => ({
  InstanceId: 'i-1',
  State: { Name: state },
  Tags: [{ Key: 'ami-action:run', Value: run }, ...(deadline ? [{ Key: 'ami-action:deadline', Value: deadline }] : [])]
})

test.each([
  ['of another run whose deadline is to come', builder('running', OTHER, '2026-06-01T12:30:00Z'), 'alive'],
  ['of another run, sealed and stopped', builder('stopped', OTHER, '2026-06-01T12:30:00Z'), 'alive'],
  ['whose deadline has gone less than an hour ago', builder('running', OTHER, '2026-06-01T11:01:00Z'), 'alive'],
  ['without a deadline', builder('running', OTHER), 'alive'],
  ['whose deadline no one can read', builder('running', OTHER, 'soon'), 'alive'],
  ['whose deadline has gone an hour ago', builder('running', OTHER, '2026-06-01T11:00:00Z'), 'left'],
  ['of an earlier attempt of this job', builder('running', EARLIER, '2026-06-01T12:30:00Z'), 'left'],
  ['that shuts down', builder('shutting-down', OTHER, '2026-06-01T12:30:00Z'), 'dead'],
  ['that is terminated', builder('terminated', EARLIER, '2026-06-01T12:30:00Z'), 'dead']
] as const)('a builder %s', (_, instance, fate) => {
  const { alive, left, deadCount } = sortPredecessors([instance], OURS, NOW)
  expect([alive.length, left.length, deadCount]).toEqual(['alive', 'left', 'dead'].map(each => (each === fate ? 1 : 0)))
})
