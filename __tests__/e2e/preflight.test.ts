import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Job } from './support/action.ts'
import { deny } from './support/deny.ts'
import { recipe } from './support/recipes.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const bake = async (account: string, text = recipe()) => {
  using job = new Job(sandbox, { account, files: { 'recipe.yml': text } })
  return await job.run()
}

const changes = async (account: string) =>
  (await sandbox.calls(account)).filter(call => !/^(Describe|Get)/.test(call.operation) && call.outcome === 'ok')

test.each(['ec2:RunInstances', 'iam:PassRole', 'ec2:CreateTags'])(
  'without %s nothing is created: EC2 was asked first',
  async action => {
    const account = newAccount()
    await deny(sandbox, account, action)
    const { code, log } = await bake(account)
    expect(code).toBe(1)
    expect(log).toMatch(/::error.*ec2:RunInstances failed in us-east-1: UnauthorizedOperation/)
    expect(await changes(account)).toEqual([])
  }
)

test('a name that is taken and a permission that is missing are told at once', async () => {
  const account = newAccount()
  await sandbox.post('seed', { account, images: [{ Image: { Name: 'taken' } }] })
  await deny(sandbox, account, 'ec2:RunInstances')
  const { log } = await bake(account, recipe(undefined, 'name: taken'))
  const errors = log.split('\n').filter(line => line.startsWith('::error'))
  expect(errors).toEqual([
    expect.stringContaining('found taken in use in us-east-1'),
    expect.stringContaining('UnauthorizedOperation')
  ])
})

test('a name that is taken where a copy is to go is told now', async () => {
  const account = newAccount()
  await sandbox.post('seed', { account, region: 'eu-west-1', images: [{ Image: { Name: 'taken' } }] })
  const { code, log } = await bake(account, recipe(undefined, 'name: taken\nregions: { us-east-1: {}, eu-west-1: {} }'))
  expect(code).toBe(1)
  expect(log).toContain('Expected an image name that is free in us-east-1, eu-west-1; found taken in use in eu-west-1')
})
