import { describe, expect, test } from '@jest/globals'
import { AmiError } from '../../src/errors.ts'
import { DEFAULT_NAME_TEMPLATE, findNameProblem, findTemplateProblem, renderName } from '../../src/image/name.ts'

const FIELDS = { family: 'web', strategy: 'partial', date: '20261231', time: '235959', digest: '0a1b2c3d' }

describe('a name is rendered', () => {
  test.each([
    [DEFAULT_NAME_TEMPLATE, 'web-20261231-235959-0a1b2c3d'],
    ['{family} ({strategy})', 'web (partial)'],
    ['golden', 'golden'],
    ['{family}/{family}', 'web/web']
  ])('%s', (template, name) => {
    expect(renderName(template, FIELDS)).toBe(name)
  })

  test('but not one that EC2 would refuse', () => {
    expect(() => renderName('{family}!', FIELDS)).toThrow(
      new AmiError('NAME', "Image name 'web!': expected letters, digits, spaces and ( ) [ ] . / - ' @ _, found '!'")
    )
  })
})

describe('names that EC2 takes', () => {
  test.each(['abc', "a(b)[c] d./-'@_9", 'x'.repeat(128)])('%s', name => {
    expect(findNameProblem(name)).toBeUndefined()
  })
})

describe('names that EC2 refuses', () => {
  test.each([
    ['', 'expected 3 to 128 characters, found 0'],
    ['ab', 'expected 3 to 128 characters, found 2'],
    ['x'.repeat(129), 'expected 3 to 128 characters, found 129'],
    ['web:1', "expected letters, digits, spaces and ( ) [ ] . / - ' @ _, found ':'"],
    ['web\n1', "expected letters, digits, spaces and ( ) [ ] . / - ' @ _, found '\n'"],
    ['wéb', "expected letters, digits, spaces and ( ) [ ] . / - ' @ _, found 'é'"]
  ])('%j', (name, problem) => {
    expect(findNameProblem(name)).toBe(problem)
  })
})

test('a template is measured as it will be rendered', () => {
  expect(findTemplateProblem(DEFAULT_NAME_TEMPLATE, 'x'.repeat(103))).toBeUndefined()
  expect(findTemplateProblem(DEFAULT_NAME_TEMPLATE, 'x'.repeat(104))).toBe('expected 3 to 128 characters, found 129')
})
