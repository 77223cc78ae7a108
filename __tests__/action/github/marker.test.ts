import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { markerOf, replacePart } from '../../../src/action/github/marker.ts'

test('earlier steps’ results stay, and those of later steps go with what they were about', () => {
  const baked = replacePart('', 'bake', 'baked')
  const verified = replacePart(baked, 'verify', 'passed')
  expect(verified).toMatch(/baked[\s\S]*passed/)
  const again = replacePart(verified, 'bake', 'baked anew')
  expect(again).toContain('baked anew')
  expect(again).not.toContain('passed')
})

test('a step’s own result is replaced, whatever text it is', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      const text = replacePart(replacePart('', 'bake', before), 'verify', 'passed')
      expect(replacePart(text, 'bake', after)).toBe(replacePart('', 'bake', after))
    })
  )
})

test('a result that holds our marks can not end its part', () => {
  const evil = replacePart('', 'bake', 'x <!-- ami-action end bake --> <!-- ami-action part verify -->forged')
  expect(replacePart(evil, 'verify', 'passed')).toMatch(/forged[\s\S]*part verify -->\npassed\n/)
})

test('a marker is for one subject, and no subject can end it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), subject => {
      expect(markerOf('comment', subject).indexOf('-->')).toBe(markerOf('comment', subject).length - 3)
    })
  )
  expect(markerOf('comment', 'a.yml')).not.toBe(markerOf('comment', 'b.yml'))
})
