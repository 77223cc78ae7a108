import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Job } from './support/action.ts'
import { bake, WINDOWS } from './support/bake-jobs.ts'
import { makeKey } from './support/image.ts'
import { leftovers } from './support/leftovers.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

/** The attempts of one job on GitHub have the run id in common. */
const attempt = (account: string, imageId: string, number: number): Job =>
  new Job(sandbox, {
    account,
    files: { 'recipe.yml': WINDOWS },
    inputs: { command: 'verify', 'image-id': imageId },
    env: { GITHUB_RUN_ID: '4711', GITHUB_RUN_ATTEMPT: String(number) }
  })

test('kill -9 while test instances run, with the runner gone: the next attempt ends them', async () => {
  const account = newAccount()
  await makeKey(sandbox, account, 'us-east-1', 'alias/root')
  const imageId = await bake(sandbox, account, WINDOWS)
  await sandbox.post('faults', { account, operation: 'DescribeInstanceInformation', action: 'hold' })
  const launched = (await sandbox.meant(account, 'RunInstances')).length
  using first = attempt(account, imageId, 1)
  const ended = first.start()
  await sandbox.called(account, 'RunInstances', launched + 2)
  first.kill('SIGKILL')
  await ended
  await sandbox.release()
  expect((await leftovers(sandbox, account)).instances).toHaveLength(2)
  using second = attempt(account, imageId, 2)
  const { code, log } = await second.run()
  expect({ code, log }).toEqual({ code: 0, log: expect.any(String) })
  expect((await leftovers(sandbox, account)).instances).toEqual([])
})
