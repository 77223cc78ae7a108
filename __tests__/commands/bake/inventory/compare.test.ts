import { expect, test } from '@jest/globals'
import { compareInventories } from '../../../../src/commands/bake/inventory/compare.ts'
import type { Inventory } from '../../../../src/commands/bake/inventory/packages.ts'
import type { PackageStory } from '../../../../src/commands/bake/inventory/story.ts'
import { summarizePackages } from '../../../../src/commands/bake/inventory/summarize-packages.ts'

const of = (...packages: string[]): Inventory => ({
  system: { id: 'amzn', version: '2023' },
  packages: packages.map(each => {
    const [name = '', version = ''] = each.split(' ')
    return { kind: 'rpm', name, version, architecture: 'x86_64' }
  })
})

test.each([
  { name: 'nothing', before: of('bash 5'), now: of('bash 5'), found: [] },
  { name: 'another version', before: of('bash 5'), now: of('bash 6'), found: [['bash', ['5'], ['6']]] },
  { name: 'one more', before: of(), now: of('jq 1.7'), found: [['jq', [], ['1.7']]] },
  { name: 'one less', before: of('jq 1.7'), now: of(), found: [['jq', ['1.7'], []]] },
  {
    name: 'kernels side by side',
    before: of('kernel 6.1', 'kernel 6.2'),
    now: of('kernel 6.2', 'kernel 6.3'),
    found: [['kernel', ['6.1', '6.2'], ['6.2', '6.3']]]
  },
  { name: 'a feature without version', before: of(), now: of('Web-Server'), found: [['Web-Server', [], ['installed']]] }
])('what differs: $name', ({ before, now, found }) => {
  const differences = compareInventories(before, now)
  expect(differences.map(each => [each.name, each.before, each.now])).toEqual(found)
})

const BEFORE = { name: 'web-1', imageId: 'ami-0123456789abcdef0' }
const known = (before: Inventory, now: Inventory): PackageStory => ({
  count: now.packages.length,
  sbom: '',
  comparison: { with: BEFORE, differences: compareInventories(before, now) }
})
const many = (count: number, version: string) => of(...Array.from({ length: count }, (_, i) => `p${i} ${version}`))

test('the summary counts, and lists a few', () => {
  expect(summarizePackages(known(of('bash 5', 'vim 9'), of('bash 6', 'jq 1.7')))).toBe(
    `**Packages**: 2 installed; 1 changed, 1 added, 1 removed since \`ami-0123456789abcdef0\` web-1

| | Package | | Before | Now |
| --- | --- | --- | --- | --- |
| 🔁 | bash | x86\\_64 | 5 | 6 |
| ➕ | jq | x86\\_64 |  | 1.7 |
| ➖ | vim | x86\\_64 | 9 |  |`
  )
})

test('the summary folds many, and ends', () => {
  const summary = summarizePackages(known(many(300, '1'), many(300, '2')))
  expect(summary).toContain('<details><summary>All of them</summary>')
  expect(summary).toContain('And 100 more, in the file of the output `sbom`.')
})

test.each([
  {
    name: 'the same',
    story: known(of('bash 5'), of('bash 5')),
    text: '1 installed; the same as in `ami-0123456789abcdef0` web-1.'
  },
  {
    name: 'nothing to compare with',
    story: { count: 3, sbom: '', comparison: { missing: 'no earlier list was given' } },
    text: '3 installed; nothing to compare with: no earlier list was given.'
  },
  { name: 'no list', story: { missing: 'the builder did not tell' }, text: 'not known: the builder did not tell.' }
])('the summary says it in a line: $name', ({ story, text }) => {
  expect(summarizePackages(story)).toBe(`**Packages**: ${text}`)
})

test('a bake without a builder has nothing to say of packages', () => {
  expect(summarizePackages(undefined)).toBe('')
})

test('what a package is called can not become markup', () => {
  expect(summarizePackages(known(of(), of('<img|x> 1')))).toContain('\\<img\\|x\\>')
})
