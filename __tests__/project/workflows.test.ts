import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { findDiagnostics } from './language-service.ts'
import { findCallFaults } from './workflow-calls.ts'
import { readAction, readWorkflow } from './workflow-files.ts'
import { findFaults } from './workflow-rules.ts'

const RELEASE = '.github/workflows/bake-release.yml'
const TEMPLATE = 'workflows-templates/nightly-bake.yml'
const ACTIONS = ['', 'sandbox', 'shards', 'shards/merge']
const listWorkflows = (folder: string) =>
  readdirSync(folder)
    .filter(name => name.endsWith('.yml'))
    .map(name => `${folder}/${name}`)
const templates = listWorkflows('workflows-templates')
const workflows = [...listWorkflows('.github/workflows'), ...templates]

function plant(path: string, from: string, to: string): string {
  const text = readFileSync(path, 'utf8')
  expect(text).toContain(from)
  return text.replace(from, to)
}

describe('the actions and the workflows', () => {
  test.each([...ACTIONS.map(folder => `${folder}/action.yml`.replace(/^\//, '')), ...workflows])(
    '%s is what GitHub accepts',
    async path => {
      expect(await findDiagnostics(path, readFileSync(path, 'utf8'))).toEqual([])
    }
  )

  test.each(workflows)(
    '%s starts from no permissions, ends in time, pins its actions, keeps text out of scripts',
    path => {
      expect(findFaults(readFileSync(path, 'utf8'))).toEqual([])
    }
  )

  test.each(workflows)('%s grants what it calls just what that needs', path => {
    expect(findCallFaults(readFileSync(path, 'utf8'))).toEqual([])
  })

  test.each(ACTIONS)('what the action in `%s` runs is committed', folder => {
    const { runs } = readAction(folder)
    for (const entry of [runs.main, runs.post].filter(Boolean))
      expect(existsSync(`${folder || '.'}/${entry}`)).toBe(true)
  })
})

describe('the templates', () => {
  test.each(templates)('%s is described', path => {
    const properties = JSON.parse(readFileSync(path.replace(/yml$/, 'properties.json'), 'utf8'))
    expect(properties).toEqual({
      name: expect.stringMatching(/\S/),
      description: expect.stringMatching(/\S/),
      iconName: expect.stringMatching(/^octicon /),
      categories: expect.arrayContaining([expect.any(String)])
    })
  })

  test('each workflow for others has one that calls it', () => {
    const called = templates.flatMap(path => Object.values(readWorkflow(path).jobs).map(({ uses }) => uses))
    const offered = listWorkflows('.github/workflows').filter(path => readWorkflow(path).on?.workflow_call)
    expect(called.sort()).toEqual(offered.map(path => `org/ami-action/${path}@v1`).sort())
  })

  test('what has to be looked at regularly has a schedule, away from the full hour', () => {
    const scheduled = templates.filter(path => readWorkflow(path).on?.schedule)
    expect(scheduled.map(path => path.replace(/.*\/|\.yml/g, ''))).toEqual([
      'fleet-scan',
      'nightly-bake',
      'security-rebuild',
      'sunset'
    ])
    for (const path of scheduled) {
      expect(readWorkflow(path).on?.schedule).toEqual([{ cron: expect.stringMatching(/^[1-9]\d? /) }])
    }
  })
})

describe('a planted fault is found', () => {
  test.each([
    ['an unknown runtime', 'action.yml', 'using: node24', 'using: node99'],
    ['an unknown colour', 'action.yml', 'color: orange', 'color: mauve'],
    ['a misspelt input of the action', RELEASE, 'level: copy', 'levels: copy'],
    ["the action's required input left out", RELEASE, 'command: bake', 'dry-run: true'],
    ['a misspelt input of the sandbox', '.github/workflows/test-bake.yml', 'base: ${{', 'bases: ${{'],
    ['a misspelt input of a called workflow', TEMPLATE, 'recipes: images', 'recipe: images'],
    ["a called workflow's required input left out", TEMPLATE, 'aws-region:', 'timeout:'],
    ['a misspelt input of a workflow called beside it', '.github/workflows/nightly.yml', 'force: ${{', 'forced: ${{'],
    ['an input that is not there', RELEASE, 'inputs.ring }}', 'inputs.rings }}'],
    ['an unknown permission', TEMPLATE, 'id-token: write', 'id-tokens: write'],
    ['an impossible hour', TEMPLATE, "'17 3 * * *'", "'17 33 * * *'"],
    ['a step that does not exist', RELEASE, 'steps.bake.outputs.image-id', 'steps.cook.outputs.image-id'],
    ['an output that a job does not have', RELEASE, 'needs.bake.outputs.reused', 'needs.bake.outputs.used'],
    ['an unknown matrix key', '.github/workflows/ci.yml', 'matrix.node }}', 'matrix.nodes }}']
  ])('%s', async (_, path, from, to) => {
    expect(await findDiagnostics(path, plant(path, from, to))).not.toEqual([])
  })

  test.each([
    ['a token for the whole workflow', 'permissions: {}', 'permissions: write-all', /permissions: \{\}/],
    ['a token for forks', 'workflow_call:', 'pull_request_target:', /token to forks/],
    ['a job without an end', 'timeout-minutes: 360', '# none', /^bake has no timeout-minutes/],
    [
      'a job that inherits its permissions',
      'permissions:\n      contents',
      'env:\n      contents',
      /^verify does not name/
    ],
    ['a token left in the checkout', 'persist-credentials: false', 'fetch-depth: 1', /^bake leaves its token/],
    ['an action at a tag', /@[0-9a-f]{40} # v7\.0\.1/.exec(readFileSync(RELEASE, 'utf8'))?.[0] ?? '', '@v7', /pin/],
    ['a commit without its version', ' # v7.0.1', '', /pin/],
    ['text of others in a script', '<<<"$IMAGES"', `<<<"\${{ github.event.head_commit.message }}"`, /into a script/],
    [
      'an input without a description',
      'description: The home region',
      'deprecationMessage: The home',
      /aws-region is not/
    ],
    ['a concurrency group that a caller may have', 'group: ami-', 'group: ', /concurrency/],
    [
      'a job that may not check out',
      '      contents: read # the recipe\n',
      '',
      /^bake does not grant itself contents: read/
    ],
    [
      'a job without an OIDC token',
      '      id-token: write # the OIDC token\n',
      '',
      /^bake does not grant itself id-token/
    ],
    ['an output that the action does not have', 'steps.bake.outputs.digest', 'steps.bake.outputs.sum', /bake for sum/]
  ])('%s', (_, from, to, fault) => {
    expect(findFaults(plant(RELEASE, from, to))).toEqual([expect.stringMatching(fault)])
  })

  test.each([
    [
      'too little is granted',
      TEMPLATE,
      '      id-token: write',
      '      # none',
      'nightly grants id-token: undefined, expected write'
    ],
    [
      'too much is granted',
      TEMPLATE,
      'contents: read',
      'contents: write',
      'nightly grants contents: write, expected read'
    ]
  ])('%s', (_, path, from, to, fault) => {
    expect(findCallFaults(plant(path, from, to))).toEqual([fault])
  })
})
