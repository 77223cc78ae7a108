import { afterAll, beforeAll, expect } from '@jest/globals'
import { Job } from './support/action.ts'
import { GithubOidc } from './support/github-oidc.ts'
import { leftovers, NOTHING } from './support/leftovers.ts'
import { recipe } from './support/recipes.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'
import { test } from './support/with-guests.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start()
})
afterAll(() => sandbox[Symbol.asyncDispose]())

/** A job without keys of its own, in the account that the role belongs to. */
function oidcJob(
  account: string,
  env: Record<string, string>,
  inputs: Record<string, string> = {},
  files = { 'recipe.yml': recipe() }
): Job {
  const role = `arn:aws:iam::${account}:role/ami-builder`
  const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true' }
  return new Job(sandbox, { account, files, inputs: { 'role-to-assume': role, ...inputs }, env: { ...none, ...env } })
}

test('a good token: the image is baked in the account of the role, and no secret is in the log', async () => {
  await using oidc = await GithubOidc.start()
  const account = newAccount()
  using job = oidcJob(account, oidc.env)
  const { code, log, outputs } = await job.run()
  expect(log).toContain('::add-mask::')
  expect(code).toBe(0)
  expect((await leftovers(sandbox, account)).images).toEqual([outputs['image-id']])
  const masks = [...log.matchAll(/^::add-mask::(.*)$/gm)].map(match => match[1] ?? '')
  for (const secret of masks) expect(log.replaceAll(`::add-mask::${secret}`, '')).not.toContain(secret)
})

test.each([
  ['a wrong audience', { aud: 'https://example.com' }, {}, 'Incorrect token audience'],
  ['an expired token', { exp: 1 }, {}, 'Token expired'],
  [
    'a role that does not trust the repository',
    {},
    { 'role-to-assume': 'arn:aws:iam::111122223333:role/denied' },
    'Not authorized to perform sts:AssumeRoleWithWebIdentity'
  ]
])('%s is one clear sentence, before anything is created', async (_, claims, inputs, expected) => {
  await using oidc = await GithubOidc.start(claims)
  const account = newAccount()
  using job = oidcJob(account, oidc.env, inputs)
  const { code, log } = await job.run()
  const errors = log.split('\n').filter(line => line.startsWith('::error'))
  expect(errors).toEqual([expect.stringContaining(expected)])
  expect(code).toBe(1)
  expect(await leftovers(sandbox, account)).toEqual(NOTHING)
})

test('a missing permission names what to add to the workflow', async () => {
  const account = newAccount()
  using job = oidcJob(account, {})
  const { code, log } = await job.run()
  const errors = log.split('\n').filter(line => line.startsWith('::error'))
  expect(errors).toEqual([expect.stringContaining('id-token: write')])
  expect(code).toBe(1)
  expect(await sandbox.calls(account)).toEqual([])
})

test('a bake that outlasts the session assumes the role anew', async () => {
  await using oidc = await GithubOidc.start()
  await using clocked = await Sandbox.start()
  const account = newAccount()
  const role = `arn:aws:iam::${account}:role/ami-builder`
  using job = new Job(clocked, {
    account,
    files: { 'recipe.yml': recipe('- { name: take a while, run: sleep 2 }') },
    inputs: { 'role-to-assume': role, 'role-duration-seconds': '900' },
    env: { ...oidc.env, AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }
  })
  const ended = job.start()
  await clocked.called(account, 'SendCommand')
  const before = oidc.count
  await clocked.post('clock', { advance: '20m' })
  const { code, log } = await ended
  expect(log).not.toContain('::error')
  expect(code).toBe(0)
  expect(oidc.count).toBeGreaterThan(before)
})
