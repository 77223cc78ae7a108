import { describe, expect, test } from '@jest/globals'
import { findNearest, suggest } from '../../src/image/nearest.ts'

const KEYS = ['family', 'volumes', 'valid-for', 'size', 'id']

describe('a misspelt word', () => {
  test.each([
    ['a letter missing', 'volume', 'volumes'],
    ['letters that changed places', 'voluems', 'volumes'],
    ['in capitals', 'FAMILY', 'family'],
    ['three letters wrong in a long word', 'walud-fer', 'valid-for'],
    ['half of a short word wrong', 'soce', 'size']
  ])('is recognized: %s', (_, word, meant) => {
    expect(findNearest(word, KEYS)).toBe(meant)
  })

  test.each([
    ['far from all', 'strategy'],
    ['four letters wrong', 'waluf-fer'],
    ['more than half of a short word wrong', 'ab'],
    ['empty', '']
  ])('is left alone: %s', (_, word) => {
    expect(findNearest(word, KEYS)).toBeUndefined()
  })

  test('has no neighbour where there are no words', () => {
    expect(findNearest('family', [])).toBeUndefined()
  })
})

test('a sentence ends with the word that may have been meant, or as it is', () => {
  expect(suggest('voluems', KEYS)).toBe('; did you mean volumes?')
  expect(suggest('strategy', KEYS)).toBe('')
})
