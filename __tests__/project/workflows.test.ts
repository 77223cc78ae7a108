import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { validate } from '@actions/languageservice'
import { describe, expect, test } from '@jest/globals'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { parse } from 'yaml'
import { findFaults } from './workflow-rules.ts'

const TEMPLATE = 'workflows-templates/nightly-bake.yml'
const ownAction = parse(readFileSync('action.yml', 'utf8'))
const workflows = ['.github/workflows', 'workflows-templates'].flatMap(folder =>
  readdirSync(folder)
    .filter(name => name.endsWith('.yml'))
    .map(name => `${folder}/${name}`)
)

/** The language service remembers what it parsed by the file's address: each text has its own. */
let checks = 0

/** What GitHub's own language service says of a file; it knows our inputs, and nothing of other people's actions. */
async function findDiagnostics(path: string, text: string): Promise<string[]> {
  checks += 1
  const document = TextDocument.create(`file:///${checks}/${path}`, 'yaml', 0, text)
  const diagnostics = await validate(document, {
    actionsMetadataProvider: {
      fetchActionMetadata: async ({ name }) => (name === 'ami-action' ? ownAction : { name, description: '' })
    }
  })
  return diagnostics.map(({ range, message }) => `${range.start.line + 1}: ${message}`)
}

function plant(path: string, from: string, to: string): string {
  const text = readFileSync(path, 'utf8')
  expect(text).toContain(from)
  return text.replace(from, to)
}

describe('action.yml and the workflows', () => {
  test.each(['action.yml', ...workflows])('%s is what GitHub accepts', async path => {
    expect(await findDiagnostics(path, readFileSync(path, 'utf8'))).toEqual([])
  })

  test.each(workflows)('%s starts from no permissions, ends in time, pins its actions', path => {
    expect(findFaults(readFileSync(path, 'utf8'))).toEqual([])
  })

  test.each(workflows.filter(path => path.startsWith('workflows-templates/')))('%s is described', path => {
    const properties = JSON.parse(readFileSync(path.replace(/yml$/, 'properties.json'), 'utf8'))
    expect(properties).toEqual({
      name: expect.stringMatching(/\S/),
      description: expect.stringMatching(/\S/),
      iconName: expect.stringMatching(/\S/),
      categories: expect.arrayContaining([expect.any(String)])
    })
  })

  test.each(['main', 'post'])('the bundle that action.yml names as its %s is committed', entry => {
    expect(existsSync(ownAction.runs[entry])).toBe(true)
  })
})

describe('a planted fault is found', () => {
  test.each([
    ['an unknown runtime', 'action.yml', 'using: node24', 'using: node99'],
    ['an unknown colour', 'action.yml', 'color: orange', 'color: mauve'],
    ['a misspelt input of ours', TEMPLATE, 'recipe: images', 'recipes: images'],
    ['our required input left out', TEMPLATE, 'command: bake', 'timeout: 1h'],
    ['an unknown permission', TEMPLATE, 'id-token: write', 'id-tokens: write'],
    ['an impossible hour', TEMPLATE, "'17 3 * * *'", "'17 33 * * *'"],
    ['a step that does not exist', TEMPLATE, 'steps.bake.outputs.image-id', 'steps.cook.outputs.image-id'],
    ['an unknown matrix key', '.github/workflows/ci.yml', 'matrix.node }}', 'matrix.nodes }}']
  ])('%s', async (_, path, from, to) => {
    expect(await findDiagnostics(path, plant(path, from, to))).not.toEqual([])
  })

  test.each([
    ['a token for the whole workflow', 'permissions: {}', 'permissions: write-all', /permissions: \{\}/],
    ['a job without an end', 'timeout-minutes: 130', '# none', /^bake has no timeout-minutes/],
    [
      'a job that inherits its permissions',
      'permissions:\n      contents',
      'env:\n      contents',
      /^bake does not name/
    ],
    ['a token left in the checkout', 'persist-credentials: false', 'fetch-depth: 1', /^bake leaves its token/],
    ['an action at a tag', /@[0-9a-f]{40} # v7\.0\.1/.exec(readFileSync(TEMPLATE, 'utf8'))?.[0] ?? '', '@v7', /pin/],
    ['a commit without its version', ' # v7.0.1', '', /pin/]
  ])('%s', (_, from, to, fault) => {
    expect(findFaults(plant(TEMPLATE, from, to))).toEqual([expect.stringMatching(fault)])
  })
})
