import { existsSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { minimal, Workspace } from '../recipe/workspace.ts'
import { listDocuments, readDocument } from './documents.ts'
import { findDiagnostics } from './language-service.ts'

const documents = listDocuments()
const workspace = new Workspace().write({ 'images/scripts/harden.sh': 'true' })
afterAll(() => workspace.remove())

/** What a link in a document misses; undefined where it leads somewhere, or out of the repository. */
function findFault(from: string, link: string): string | undefined {
  if (/^[a-z]+:/.test(link)) return undefined
  const [file = '', anchor] = link.split('#')
  const path = file ? posix.join(posix.dirname(from), file) : from
  if (!existsSync(path)) return `${link}: no such file`
  return anchor && !readDocument(path).anchors.has(anchor) ? `${link}: no such heading` : undefined
}

test.each(documents.map(({ path, links }) => [path, links] as const))(
  'the links of %s lead somewhere',
  (path, links) => {
    expect(links.flatMap(link => findFault(path, link) ?? [])).toEqual([])
  }
)

test('a link that leads nowhere is found', () => {
  expect(findFault('docs/commands.md', 'nowhere.md')).toMatch(/no such file/)
  expect(findFault('docs/commands.md', '../README.md#nowhere')).toMatch(/no such heading/)
})

const OF_STEPS = /^- uses:/
const OF_JOB = /^steps:/
const indent = (text: string, by: number) => text.replaceAll(/^(?=.)/gm, ' '.repeat(by))

/** A part of a workflow as a whole one: the steps before it are those whose outputs it takes. */
function toWorkflow(text: string): string {
  if (OF_STEPS.test(text)) {
    const earlier = ['bake', 'copy'].map(id => `- { uses: org/ami-action@v1, id: ${id}, with: { command: ${id} } }`)
    return toWorkflow(`steps:\n${indent([...earlier, text].join('\n'), 2)}`)
  }
  if (OF_JOB.test(text)) return toWorkflow(`jobs:\n  job:\n    runs-on: ubuntu-24.04\n${indent(text, 4)}`)
  return `on: push\n${text}`
}

const examples = documents.flatMap(({ path, yaml }) => yaml.map((text, at) => [`${path}, ${at + 1}`, text] as const))
const isRecipe = (text: string) => /^(?:family|base):/m.test(text)
const isTemplate = (text: string) => text.startsWith('Resources:')
const isWorkflow = (text: string) => /^(?:- uses|steps:|jobs:|on:|permissions:|# \.github)/.test(text)

test('links are those of HTML, too', () => {
  const pictures = readDocument('README.md').links.filter(link => link.endsWith('.png'))
  expect(pictures).toEqual(['docs/images/bake-dark.png', 'docs/images/bake-light.png'])
})

describe('what the documents show', () => {
  test('is a workflow, a recipe or a CloudFormation template, so that no other goes unchecked', () => {
    const others = examples.filter(([, text]) => !isWorkflow(text) && !isRecipe(text) && !isTemplate(text))
    expect(others.map(([name]) => name)).toEqual([])
  })

  test.each(examples.filter(([, text]) => isWorkflow(text)))('%s is what GitHub accepts', async (name, text) => {
    expect(await findDiagnostics(`${name}.yml`, toWorkflow(text))).toEqual([])
  })

  test.each(examples.filter(([, text]) => isRecipe(text)))('%s is a recipe without a mistake', (_, text) => {
    const whole = text.includes('family:') ? text : `${minimal().replace(/^base:.*\n/m, '')}${text}`
    expect(workspace.refusals(whole)).toEqual([])
  })
})

test('every code of an error has its section', () => {
  const codes = [...readFileSync('src/errors.ts', 'utf8').matchAll(/^ {2}\| '(\w+)'/gm)].map(([, code]) => code)
  const sections = [...readFileSync('docs/troubleshooting.md', 'utf8').matchAll(/^## (\w+)$/gm)].map(([, code]) => code)
  expect(sections).toEqual(codes)
})

test('every tag is explained', () => {
  const tags = [...readFileSync('src/image/tags.ts', 'utf8').matchAll(/: 'ami-action:([\w-]+)'/g)].map(([, tag]) => tag)
  const text = readFileSync('docs/lifecycle.md', 'utf8')
  expect(tags.filter(tag => !text.includes(`\`${tag}\``))).toEqual([])
})
