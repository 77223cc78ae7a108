import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { formatDuration, parseDuration } from '../../src/image/duration.ts'

describe('a duration is parsed', () => {
  test.each([
    ['45s', 45],
    ['90m', 5_400],
    ['36h', 129_600],
    ['60d', 5_184_000],
    ['3650d', 315_360_000]
  ])('%s', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds)
  })

  test.each(['', '0d', '3651d', '60', '60 d', '1.5h', '-1d', '1w', 'd', '1d12h', '1D', '99999999999d', '１d'])(
    'not %j',
    text => {
      expect(parseDuration(text)).toBeUndefined()
    }
  )
})

describe('a duration is said', () => {
  test.each([
    [0, '0 s'],
    [-3, '0 s'],
    [0.6, '1 s'],
    [59.4, '59 s'],
    [60, '1 min'],
    [125, '2 min 5 s'],
    [3_600, '1 h'],
    [12_000, '3 h 20 min'],
    [86_400, '1 d'],
    [129_600, '1 d 12 h'],
    [5_184_000, '60 d']
  ])('%d s', (seconds, said) => {
    expect(formatDuration(seconds)).toBe(said)
  })

  test('in whole units it can be read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_650 }), days => {
        expect(parseDuration(formatDuration(days * 86_400).replace(' ', ''))).toBe(days * 86_400)
      })
    )
  })
})
