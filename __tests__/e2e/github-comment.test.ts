import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Job } from './support/action.ts'
import { GitHub } from './support/github.ts'
import { makeImage } from './support/image.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const folder = mkdtempSync(join(tmpdir(), 'event-'))
const PULL_REQUEST = join(folder, 'pull-request.json')
const PUSH = join(folder, 'push.json')
writeFileSync(PULL_REQUEST, JSON.stringify({ pull_request: { number: 7 } }))
writeFileSync(PUSH, JSON.stringify({ ref: 'refs/heads/main' }))

async function run(github: GitHub, account: string, inputs: Record<string, string>, event = PULL_REQUEST) {
  using job = new Job(sandbox, {
    account,
    files: { 'web.yml': 'family: web\nstrategy: partial\nbase: { id: ami-1 }\nregions: { eu-west-1: {} }\n' },
    inputs: { recipe: 'web.yml', comment: 'true', 'github-token': GitHub.TOKEN, ...inputs },
    env: { ...github.env, GITHUB_EVENT_PATH: event }
  })
  return await job.run()
}

const copying = (image: string) => ({ command: 'copy', recipe: '', 'image-id': image, regions: 'eu-west-1' })

test('the result is a comment on the pull request; the next run replaces it', async () => {
  await using github = await GitHub.start()
  const account = newAccount()
  const image = await makeImage(sandbox, account)
  const first = await run(github, account, copying(image))
  expect({ code: first.code, log: first.log }).toEqual({ code: 0, log: expect.not.stringContaining('::warning') })
  expect(github.comments).toMatchObject([{ issue: 7, body: expect.stringMatching(/## ✅[\s\S]*actions\/runs\/4711/) }])
  const before = github.comments[0]?.body
  await run(github, account, { ...copying(image), regions: 'eu-west-1,eu-west-2' })
  expect(github.comments.length).toBe(1)
  expect(github.comments[0]?.body).toContain('eu-west-2')
  expect(github.comments[0]?.body).not.toBe(before)
})

test('comments of others are left alone, also where there are more than a page of them', async () => {
  await using github = await GitHub.start()
  const account = newAccount()
  const others = Array.from({ length: 120 }, (_, at) => ({ id: at + 1, issue: 7, body: 'LGTM' }))
  github.comments.push(...others)
  const image = await makeImage(sandbox, account)
  await run(github, account, copying(image))
  await run(github, account, copying(image))
  expect(github.comments.length).toBe(121)
  expect(github.comments.slice(0, 120)).toEqual(others)
})

test('a failure is told, too', async () => {
  await using github = await GitHub.start()
  const { code } = await run(github, newAccount(), copying('ami-0123456789abcdef0'))
  expect(code).toBe(1)
  expect(github.comments).toMatchObject([{ body: expect.stringContaining('ami-0123456789abcdef0') }])
})

test('without a pull request nothing is commented on', async () => {
  await using github = await GitHub.start()
  const account = newAccount()
  const { code, log } = await run(github, account, copying(await makeImage(sandbox, account)), PUSH)
  expect({ code, log }).toEqual({ code: 0, log: expect.stringContaining('this run is not for a pull request') })
  expect(github.comments).toEqual([])
})

test.each([
  ['a token that may not write comments', 403, /::warning::.*\(403\).*`pull-requests: write`/],
  ['GitHub out of order', 502, /::warning::GitHub did not take what there was to tell \(502\)/]
])('%s: a warning, and the copy is made', async (_, status, said) => {
  await using github = await GitHub.start()
  github.refuses = status
  const account = newAccount()
  const { code, log, outputs } = await run(github, account, copying(await makeImage(sandbox, account)))
  expect({ code, log }).toEqual({ code: 0, log: expect.stringMatching(said) })
  expect(JSON.parse(outputs.images ?? '')).toHaveProperty('eu-west-1')
})
