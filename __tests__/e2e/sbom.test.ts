import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test as plainTest } from '@jest/globals'
import { Job } from './support/action.ts'
import { recipe } from './support/recipes.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'
import { test } from './support/with-guests.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start()
})
afterAll(() => sandbox[Symbol.asyncDispose]())

/** A step that leaves an rpm which lists these, as rpm does. */
const installing = (...packages: string[]): string => {
  const lines = packages.map(each => `rpm\\\\t${each.replace(' ', '\\\\t')}\\\\tx86_64\\\\n`).join('')
  return `- { name: install, run: "printf '#!/bin/sh\\\\nprintf \\"${lines}\\"\\\\n' >/usr/bin/rpm; chmod 755 /usr/bin/rpm" }`
}

/** Bakes, with the list of an earlier bake beside the recipe if there is one. */
async function bake(account: string, recipeText: string, previous?: string) {
  const files = { 'recipe.yml': recipeText, ...(previous !== undefined && { 'previous.json': previous }) }
  const inputs = previous === undefined ? {} : { 'previous-sbom': 'previous.json' }
  using job = new Job(sandbox, { account, files, inputs })
  const { code, log, outputs, summary } = await job.run()
  expect({ code, log }).toEqual({ code: 0, log: expect.any(String) })
  return { outputs, summary, log, sbom: outputs.sbom ? readFileSync(outputs.sbom, 'utf8') : '' }
}

test.each(['ssm', 'user-data'])(
  'what is installed is listed, and told apart from an earlier list (via %s)',
  async via => {
    const account = newAccount()
    const recipeOf = (steps: string) => recipe(steps).replace('via: ssm', `via: ${via}`)
    const first = await bake(account, recipeOf(installing('left 1.0-1', 'same 2.0-1', 'old 1:3.0-1')))
    expect(first.summary).toMatch(/\*\*Packages\*\*: \d+ installed; nothing to compare with: no earlier list was given/)
    expect(JSON.parse(first.sbom)).toMatchObject({
      specVersion: '1.6',
      metadata: { component: { version: first.outputs['image-id'] } },
      components: expect.arrayContaining([
        expect.objectContaining({ purl: expect.stringMatching(/^pkg:rpm\/\w+\/old@3\.0-1\?.*epoch=1$/) })
      ])
    })
    const second = await bake(account, recipeOf(installing('new 1.0-1', 'same 2.0-1', 'old 1:3.0-2')), first.sbom)
    expect(second.summary).toContain(`1 changed, 1 added, 1 removed since \`${first.outputs['image-id']}\``)
    expect(second.summary).toContain('| 🔁 | old | x86\\_64 | 1:3.0-1 | 1:3.0-2 |')
    expect(JSON.parse(second.outputs.report ?? '').packages.comparison.differences).toHaveLength(3)
  }
)

test('a list that can not be read fails no bake', async () => {
  const { summary, log, sbom } = await bake(newAccount(), recipe(), 'not a list')
  expect(log).toContain('::warning::The packages are not compared: previous.json could not be read')
  expect(summary).toContain('nothing to compare with: previous.json could not be read.')
  expect(JSON.parse(sbom)).toMatchObject({ bomFormat: 'CycloneDX' })
})

test('an image of which nothing is due has no list, and the step is green', async () => {
  const account = newAccount()
  await bake(account, recipe())
  const { outputs, summary } = await bake(account, recipe())
  expect(outputs).toMatchObject({ reused: 'true' })
  expect(outputs.sbom).toBeUndefined()
  expect(summary).not.toContain('Packages')
})

plainTest('Windows lists features and programs', async () => {
  const { summary, sbom } = await bake(
    newAccount(),
    `family: iis
strategy: partial
base: { ssm: /aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base }
builder: { instance-types: [t3.large], instance-profile: ami-builder }
provision: { via: ssm, steps: [{ name: mark, shell: powershell, run: Write-Output marked }] }
`
  )
  expect(summary).toMatch(/\*\*Packages\*\*: 7 installed/)
  expect(JSON.parse(sbom).components.map(({ purl }: { purl: string }) => purl)).toEqual(
    expect.arrayContaining([
      'pkg:generic/windows/feature/PowerShell',
      expect.stringMatching(/^pkg:generic\/windows\/program\/Amazon%20SSM%20Agent@3\./)
    ])
  )
})
