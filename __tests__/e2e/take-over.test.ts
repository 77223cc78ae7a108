import { DescribeImagesCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, expect } from '@jest/globals'
import { Job } from './support/action.ts'
import { leftovers } from './support/leftovers.ts'
import { recipe } from './support/recipes.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'
import { test } from './support/with-guests.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start()
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const attempt = (account: string, number: number) =>
  new Job(sandbox, {
    account,
    files: { 'recipe.yml': recipe() },
    env: { GITHUB_RUN_ID: '77', GITHUB_RUN_ATTEMPT: String(number) }
  })

/** An attempt whose runner is gone at this call; no post step follows. */
async function loseRunner(account: string, operation: string, when: 'before' | 'after'): Promise<void> {
  await sandbox.post('faults', { account, operation, action: 'hold', when, count: 1 })
  using first = attempt(account, 1)
  const ended = first.start()
  await sandbox.called(account, operation)
  first.kill('SIGKILL')
  await ended
  await sandbox.release()
}

const launches = async (account: string) => (await sandbox.meant(account, 'RunInstances')).length

test('a sealed, stopped builder is taken over by the next attempt', async () => {
  const account = newAccount()
  await loseRunner(account, 'StopInstances', 'after')
  using second = attempt(account, 2)
  const { code, log, outputs } = await second.run()
  expect(code).toBe(0)
  expect(log).toMatch(/Took over the sealed builder i-\w+ of an earlier attempt/)
  expect(await launches(account)).toBe(1)
  const { Images: images = [] } = await sandbox.ec2(account).send(new DescribeImagesCommand({ Owners: ['self'] }))
  expect(images.map(({ ImageId }) => ImageId)).toEqual([outputs['image-id']])
  expect((await leftovers(sandbox, account)).instances).toEqual([])
})

test('a builder that was provisioned half is replaced', async () => {
  const account = newAccount()
  await loseRunner(account, 'SendCommand', 'after')
  using second = attempt(account, 2)
  const { code, log } = await second.run()
  expect(code).toBe(0)
  expect(log).toMatch(/Terminated i-\w+/)
  expect(await launches(account)).toBe(2)
  expect((await leftovers(sandbox, account)).instances).toEqual([])
})
