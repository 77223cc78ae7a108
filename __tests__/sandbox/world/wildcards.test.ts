import { expect, test } from '@jest/globals'
import { compileWildcards } from '../../../src/sandbox/world/wildcards.ts'

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
test.each([
  ['web', 'web', true],
  ['web', 'Web', false],
  ['web', 'web2', false],
  ['', '', true],
  ['', 'a', false],
  ['*', '', true],
  ['*', 'two\nlines', true],
  ['web*', 'web', true],
  ['*b', 'web', true],
  ['w*b*', 'webweb!', true],
  ['*aab', 'aaab', true],
  ['*ab*ba', 'abba', true],
  ['*ab*ba', 'aba', false],
  ['w?b', 'web', true],
  ['w?b', 'wb', false],
  ['?', '😀', true],
  ['?', '', false],
  ['\\*', '*', true],
  ['\\*', 'a', false],
  ['a\\?', 'a?', true],
  ['a\\\\*', 'a\\b', true],
  ['a\\b', 'a\\b', true],
  ['a.b', 'axb', false],
  ['[ab]$', '[ab]$', true]
])('%j and %j: %j', (pattern, text, expected) => {
  expect(compileWildcards(pattern)(text)).toBe(expected)
})

test('a pattern of many wildcards takes no longer than any other', () => {
  const matches = compileWildcards(`${'*a'.repeat(100)}b`)
  const start = performance.now()
  expect(matches('a'.repeat(10_000))).toBe(false)
  expect(performance.now() - start).toBeLessThan(1000)
})
