import { expect, test } from '@jest/globals'
import { attemptOf, isSuperseded } from '../../src/image/run-id.ts'

const UUID = '7d0f6f0a-3c3e-4b8e-9f5a-0d8f2f3a4b5c'

test.each([
  ['an earlier attempt of the same workflow run', `42-1-${UUID}`, `42-2-${UUID}`, true],
  ['an earlier attempt, counted and not spelled', `42-9-${UUID}`, `42-10-${UUID}`, true],
  ['the same attempt: another leg of a matrix', `42-2-${UUID}`, `42-2-${UUID}`, false],
  ['a later attempt', `42-3-${UUID}`, `42-2-${UUID}`, false],
  ['another workflow run', `41-1-${UUID}`, `42-2-${UUID}`, false],
  ['a run outside of GitHub', `local-${UUID}`, `42-2-${UUID}`, false],
  ['two runs outside of GitHub', `local-${UUID}`, `local-${UUID}`, false],
  ['no run at all', '', `42-2-${UUID}`, false]
])('%s', (_, run, current, superseded) => {
  expect(isSuperseded(run, current)).toBe(superseded)
})

test.each([
  [`42-3-${UUID}`, 3],
  [`local-${UUID}`, 0]
])('%s is of attempt %d', (run, attempt) => {
  expect(attemptOf(run)).toBe(attempt)
})
