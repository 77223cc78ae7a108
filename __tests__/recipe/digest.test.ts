import { afterAll, describe, expect, test } from '@jest/globals'
import { compareParts, digestParts, digestRecipe } from '../../src/recipe/digest.ts'
import { Workspace } from './workspace.ts'

const SCRIPT = 'echo a\n'
const workspace = new Workspace().write({
  'images/a.sh': SCRIPT,
  'images/a.conf': 'a',
  'images/user-data.sh': 'echo hi\n'
})
afterAll(() => workspace.remove())

const BASE = { baseImageId: 'ami-0123456789abcdef0', architecture: 'x86_64' }

const RECIPE = `family: web
strategy: partial
base: { ssm: /golden/base }
volumes:
  - { device: /dev/sdf, size: 8, kms-key: alias/a }
  - { device: /dev/xvda, size: 16 }
provision:
  via: user-data
  steps:
    - { name: one, run: echo 1, timeout: 5m, env: { A: x, B: y } }
    - { script: a.sh }
    - { files: { a.conf: /etc/a.conf } }
launch: { user-data: user-data.sh }
`

const digestOf = (yaml: string, base = BASE): string => digestRecipe(workspace.load(yaml), base)
const change = (from: string, to: string): string => RECIPE.replace(from, to)

test('a digest is 64 hexadecimal digits', () => {
  expect(digestOf(RECIPE)).toMatch(/^[0-9a-f]{64}$/)
})

describe('another image, another digest', () => {
  test.each([
    ['a volume grows', change('size: 8', 'size: 9')],
    ['a volume has another key', change('alias/a', 'alias/b')],
    ['a script changes', change('echo 1', 'echo 2')],
    ['the environment changes', change('B: y', 'B: z')],
    ['a script file is replaced by another shell', change('{ script: a.sh }', '{ script: a.sh, shell: powershell }')],
    ['a file goes elsewhere', change('/etc/a.conf', '/etc/b.conf')],
    [
      'steps change places',
      change(
        '- { script: a.sh }\n    - { files: { a.conf: /etc/a.conf } }',
        '- { files: { a.conf: /etc/a.conf } }\n    - { script: a.sh }'
      )
    ],
    ['launch user data is dropped', change('launch: { user-data: user-data.sh }\n', '')]
  ])('%s', (_, yaml) => {
    expect(yaml).not.toBe(RECIPE)
    expect(digestOf(yaml)).not.toBe(digestOf(RECIPE))
  })

  test('the base moves on', () => {
    expect(digestOf(RECIPE, { ...BASE, baseImageId: 'ami-0123456789abcdef1' })).not.toBe(digestOf(RECIPE))
  })

  test('a script file is edited', () => {
    const before = digestOf(RECIPE)
    workspace.write({ 'images/a.sh': 'echo b\n' })
    const after = digestOf(RECIPE)
    workspace.write({ 'images/a.sh': SCRIPT })
    expect(after).not.toBe(before)
  })
})

describe('the same image, the same digest', () => {
  test.each([
    [
      'a step has another name and time-out',
      change('name: one, run: echo 1, timeout: 5m', 'name: two, run: echo 1, timeout: 9m')
    ],
    ['keys are in another order', change('A: x, B: y', 'B: y, A: x')],
    [
      'volumes are in another order',
      change(
        '  - { device: /dev/sdf, size: 8, kms-key: alias/a }\n  - { device: /dev/xvda, size: 16 }',
        '  - { device: /dev/xvda, size: 16 }\n  - { device: /dev/sdf, size: 8, kms-key: alias/a }'
      )
    ],
    ['a script moves from its file into the recipe', change('{ script: a.sh }', `{ run: ${JSON.stringify(SCRIPT)} }`)],
    ['a comment moves all lines', `# web servers\n\n${RECIPE}`],
    [
      'what is done with the image changes',
      `${RECIPE}valid-for: 9d\nshare: { accounts: ["111122223333"] }\ntags: { a: b }\nregions: { us-east-1: {} }\npublish: { ssm: /a }\nsunset: { keep: 9 }\n`
    ]
  ])('%s', (_, yaml) => {
    expect(yaml).not.toBe(RECIPE)
    expect(digestOf(yaml)).toBe(digestOf(RECIPE))
  })
})

describe('the parts of a digest', () => {
  const partsOf = (yaml: string, base = BASE): string => digestParts(workspace.load(yaml), base)

  test('fit into a tag', () => {
    expect(partsOf(RECIPE)).toMatch(/^base=[0-9a-f]{8},volumes=[0-9a-f]{8},provision=.*,seal=.*,launch=[0-9a-f]{8}$/)
    expect(partsOf(RECIPE).length).toBeLessThan(256)
  })

  test.each([
    ['nothing', RECIPE, []],
    ['a volume', change('size: 8', 'size: 9'), ['volumes']],
    ['a step and the user data', change('echo 1', 'echo 2').replace(/launch.*\n/, ''), ['provision', 'launch']],
    ['what leaves no trace in the image', change('timeout: 5m', 'timeout: 6m'), []]
  ])('say what changed: %s', (_, yaml, parts) => {
    expect(compareParts(partsOf(RECIPE), partsOf(yaml))).toEqual(parts)
  })
})
