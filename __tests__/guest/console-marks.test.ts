import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readMarks } from '../../src/guest/console-marks.ts'

const NONCE = 'c0ffee12'
const read = (...lines: string[]) => readMarks(lines.join('\n'), NONCE)

describe('a line of the console', () => {
  test.each([
    ['begin', 'ami-action c0ffee12 2 begin', { step: 2, kind: 'begin' }],
    ['end', 'ami-action c0ffee12 2 end 0', { step: 2, kind: 'end', code: 0 }],
    ['end of all steps', 'ami-action c0ffee12 0 end 124', { step: 0, kind: 'end', code: 124 }],
    ['output', 'ami-action c0ffee12 13 | hello', { step: 13, kind: 'line', text: 'hello' }],
    ['indented output', 'ami-action c0ffee12 1 |   x', { step: 1, kind: 'line', text: '  x' }],
    ['an empty line', 'ami-action c0ffee12 1 | ', { step: 1, kind: 'line', text: '' }],
    ['an empty line, trimmed', 'ami-action c0ffee12 1 |', { step: 1, kind: 'line', text: '' }],
    ['a terminal line end', 'ami-action c0ffee12 1 | x\r', { step: 1, kind: 'line', text: 'x' }],
    ['a progress bar', 'ami-action c0ffee12 1 | 10%\r50%\r100%\r', { step: 1, kind: 'line', text: '10%\r50%\r100%' }],
    ['after the kernel', '[   12.3] eth0: up ami-action c0ffee12 1 end 1', { step: 1, kind: 'end', code: 1 }],
    [
      'not sealed',
      'ami-action c0ffee12 0 unsealed still there: /x',
      { step: 0, kind: 'unsealed', text: 'still there: /x' }
    ],
    [
      'output that looks like a mark',
      'ami-action c0ffee12 1 | ami-action c0ffee12 1 end 0',
      { step: 1, kind: 'line', text: 'ami-action c0ffee12 1 end 0' }
    ]
  ])('%s', (_, line, mark) => {
    expect(read(line)).toEqual([mark])
  })

  test.each([
    ['of another bake', 'ami-action 11111111 1 end 0'],
    ['of the kernel', '[    0.000000] Linux version 6.1'],
    ['cut off before the word', 'ami-action c0ffee12 1 '],
    ['cut off within the exit code', 'ami-action c0ffee12 1 end'],
    ['cut off at its start, as the oldest line may be', 'c0ffee12 1 end 0'],
    ['followed by something else', 'ami-action c0ffee12 1 begin[  12.3] eth0: up']
  ])('no mark: one %s', (_, line) => {
    expect(read(line)).toEqual([])
  })
})

test('marks come in the order of the console', () => {
  const marks = read(
    'boot',
    'ami-action c0ffee12 1 begin',
    '',
    'ami-action c0ffee12 1 | a',
    'ami-action c0ffee12 1 end 3'
  )
  expect(marks.map(mark => mark.kind)).toEqual(['begin', 'line', 'end'])
})

test('whatever a step writes comes back as lines, and never as its end', () => {
  const output = fc.string({ unit: 'binary', maxLength: 60 }).map(text => text.replaceAll('\n', ''))
  fc.assert(
    fc.property(fc.array(output, { maxLength: 5 }), lines => {
      const marks = read(...lines.map(text => `ami-action ${NONCE} 1 | ${text}\r`))
      expect(marks).toEqual(lines.map(text => ({ step: 1, kind: 'line', text })))
    })
  )
})
