import { describe, expect, test } from '@jest/globals'
import { findTagProblem, MAX_USER_TAGS, TAGS } from '../../src/image/tags.ts'

test('our tags have names of their own under one prefix', () => {
  const names = Object.values(TAGS)
  expect(new Set(names).size).toBe(names.length)
  expect(names.filter(name => !/^ami-action:[a-z-]+$/.test(name))).toEqual([])
})

test('of the fifty tags that a resource may have twenty are the user’s', () => {
  expect(MAX_USER_TAGS).toBe(20)
})

describe('tags that EC2 takes', () => {
  test.each([
    ['team', 'platform'],
    ['team', ''],
    ['k'.repeat(128), 'v'.repeat(256)],
    ['größe', '🙂'.repeat(256)],
    ['awsome', 'x']
  ])('%s', (key, value) => {
    expect(findTagProblem(key, value)).toBeUndefined()
  })
})

describe('tags that are refused', () => {
  test.each([
    ['', 'x', 'expected a key of 1 to 128 characters, found 0'],
    ['k'.repeat(129), 'x', 'expected a key of 1 to 128 characters, found 129'],
    ['k', 'v'.repeat(257), 'expected a value of at most 256 characters, found 257'],
    ['AWS:x', 'x', 'expected a key that does not start with aws:, which AWS keeps for itself'],
    ['ami-action:self', 'x', 'expected a key that does not start with ami-action:, which this action writes']
  ])('%j', (key, value, problem) => {
    expect(findTagProblem(key, value)).toBe(problem)
  })
})
