import { afterAll, beforeAll, expect } from '@jest/globals'
import { Job } from './support/action.ts'
import { leftovers } from './support/leftovers.ts'
import { recipe } from './support/recipes.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'
import { describe, test } from './support/with-guests.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start()
})
afterAll(() => sandbox[Symbol.asyncDispose]())

/** Every call of a bake that changes something, in turn; the number tells those of one operation apart. */
const CALLS = [
  ['CreateSecurityGroup', 1],
  ['RunInstances', 1],
  ['SendCommand', 1],
  ['SendCommand', 2],
  ['SendCommand', 3],
  ['CreateTags', 1],
  ['StopInstances', 1],
  ['CreateImage', 1],
  ['CreateTags', 2],
  ['TerminateInstances', 1]
] as const

/** The attempts of one job on GitHub have the run id in common. */
const attempt = (account: string, number: number) =>
  new Job(sandbox, {
    account,
    files: { 'recipe.yml': recipe() },
    env: { GITHUB_RUN_ID: '4711', GITHUB_RUN_ATTEMPT: String(number) }
  })

describe('kill -9 at a call that changes something, with the runner gone; the next attempt ends with one image', () => {
  test.each(CALLS.flatMap(call => (['before', 'after'] as const).map(when => [when, ...call] as const)))(
    '%s the effect of %s (%d)',
    async (when, operation, nth) => {
      const account = newAccount()
      await sandbox.post('faults', { account, operation, action: 'hold', when, skip: nth - 1, count: 1 })
      using first = attempt(account, 1)
      const ended = first.start()
      await sandbox.called(account, operation, nth)
      first.kill('SIGKILL')
      await ended
      await sandbox.release()
      using second = attempt(account, 2)
      const { code, outputs } = await second.run()
      expect(code).toBe(0)
      const { instances, images, snapshots } = await leftovers(sandbox, account)
      expect({ instances, images }).toEqual({ instances: [], images: [outputs['image-id']] })
      expect(snapshots).toHaveLength(1)
    }
  )
})
