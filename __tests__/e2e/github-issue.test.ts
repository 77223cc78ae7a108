import { CreateTagsCommand } from '@aws-sdk/client-ec2'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { Job } from './support/action.ts'
import { HEAD, ownId, seedFamily } from './support/family.ts'
import { GitHub } from './support/github.ts'
import { recipe } from './support/recipes.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
let github: GitHub
beforeAll(async () => {
  sandbox = await Sandbox.start()
})
afterAll(() => sandbox[Symbol.asyncDispose]())
beforeEach(async () => {
  github = await GitHub.start()
})
afterEach(() => github[Symbol.asyncDispose]())

const DAY_MS = 86_400_000
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString()

/** Deprecated for so many days; after fourteen it may be disabled. */
const deprecatedFor = (days: number, imageId: string) => ({
  imageId,
  bakedDaysAgo: 90,
  deprecatedAt: daysAgo(days),
  tags: { 'ami-action:stage': 'deprecated', 'ami-action:stage-since': daysAgo(days), 'ami-action:shared': 'none' }
})

async function accountWith(...days: number[]): Promise<string> {
  const account = newAccount()
  const head = { ...HEAD, imageId: ownId(account, 9) }
  await seedFamily(sandbox, account, [head, ...days.map((each, at) => deprecatedFor(each, ownId(account, 10 + at)))])
  return account
}

async function sunset(account: string, inputs: Record<string, string> = {}) {
  using job = new Job(sandbox, {
    account,
    files: { 'recipe.yml': recipe(undefined, 'sunset: { keep: 1 }') },
    inputs: { command: 'sunset', 'github-token': GitHub.TOKEN, ...inputs },
    env: github.env
  })
  return await job.run()
}

test('what is about to be disabled is listed in an issue, and how an owner objects', async () => {
  const account = await accountWith(10, 2)
  const { code, log } = await sunset(account)
  expect({ code, log }).toEqual({ code: 0, log: expect.not.stringContaining('::warning') })
  expect(github.issues).toMatchObject([
    {
      title: 'Images of web that are about to be disabled',
      labels: [{ name: 'ami-action' }],
      body: expect.stringMatching(/`ami-action:hold`[\s\S]*actions\/runs\/4711/)
    }
  ])
  expect(github.issues[0]?.body).toContain(ownId(account, 10))
  expect(github.issues[0]?.body).not.toContain(ownId(account, 11))
})

test('the next run keeps the same issue, and tells only what is new on it', async () => {
  const account = await accountWith(10)
  await sunset(account)
  await sunset(account)
  expect([github.issues.length, github.comments]).toEqual([1, []])
  await seedFamily(sandbox, account, [deprecatedFor(9, ownId(account, 5))])
  await sunset(account)
  expect(github.issues.length).toBe(1)
  expect(github.comments).toMatchObject([{ issue: 1, body: `New on the list: \`${ownId(account, 5)}\`` }])
})

test('an owner’s objection empties the list: the issue is closed; without it, it is opened again', async () => {
  const account = await accountWith(10)
  await sunset(account)
  const Resources = [ownId(account, 10)]
  await sandbox
    .ec2(account)
    .send(new CreateTagsCommand({ Resources, Tags: [{ Key: 'ami-action:hold', Value: 'mine' }] }))
  await sunset(account)
  expect(github.issues).toMatchObject([{ state: 'closed' }])
  await seedFamily(sandbox, account, [deprecatedFor(9, ownId(account, 5))])
  await sunset(account)
  expect(github.issues).toMatchObject([{ state: 'open' }])
})

test('more than a hundred, more than the list has: none is told again and again', async () => {
  const account = await accountWith(...Array.from({ length: 105 }, () => 10))
  await sunset(account)
  expect(github.issues[0]?.body).toContain('And 5 more')
  await sunset(account)
  expect(github.comments).toEqual([])
})

test('the issue is found behind a page of others', async () => {
  const account = await accountWith(10)
  const other = { title: 'other', body: '', state: 'open', labels: [{ name: 'ami-action' }] } as const
  github.issues.push(...Array.from({ length: 110 }, (_, at) => ({ ...other, number: at + 1 })))
  await sunset(account)
  await sunset(account)
  expect(github.issues.length).toBe(111)
})

test('a dry run announces nothing', async () => {
  await sunset(await accountWith(10), { 'dry-run': 'true' })
  expect(github.issues).toEqual([])
})

test('a token that may not write issues is a warning: the images are looked after all the same', async () => {
  github.refuses = 403
  const { code, log } = await sunset(await accountWith(10))
  expect({ code, log }).toEqual({
    code: 0,
    log: expect.stringMatching(/::warning::GitHub did not take .*\(403\).*needs the permission `issues: write`/)
  })
  expect(log.replaceAll('::add-mask::', '').split(GitHub.TOKEN).length).toBeLessThanOrEqual(2) // where it is masked
})
