import { describe, expect, test } from '@jest/globals'
import { expandPaths, findLacks } from './paths.ts'

describe('expandPaths', () => {
  test.each([
    ['Images[].ImageId', ['Images[].ImageId']],
    ['{A,B}', ['A', 'B']],
    ['Images[].{ImageId, Ebs.{Size,Type}}', ['Images[].ImageId', 'Images[].Ebs.Size', 'Images[].Ebs.Type']]
  ])('reads %s', (text, paths) => expect(expandPaths(text)).toEqual(paths))

  test('refuses a brace that is never closed', () => expect(() => expandPaths('A.{B')).toThrow('never closed'))
})

describe('findLacks', () => {
  test.each([
    ['a member that is not there', { A: 1 }, 'B', ['B']],
    ['null', { A: null }, 'A', ['A']],
    ['one element of several', { A: [{ B: 1 }, {}] }, 'A[].B', ['A[1].B']],
    ['an empty list where elements have members', { A: [] }, 'A[].B', ['A[0]']],
    ['something else than a list', { A: { B: 1 } }, 'A[].B', ['A as a list']]
  ])('finds %s', (_, answer, path, lacks) => expect(findLacks(answer, path)).toEqual(lacks))

  test.each([
    ['an empty list', { A: [] }, 'A[]'],
    ['false, zero and an empty text', { A: [{ B: false }, { B: 0 }, { B: '' }] }, 'A[].B']
  ])('takes %s', (_, answer, path) => expect(findLacks(answer, path)).toEqual([]))
})
