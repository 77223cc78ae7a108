import { afterAll, beforeAll, expect } from '@jest/globals'
import { Job } from './support/action.ts'
import { leftovers } from './support/leftovers.ts'
import { recipe } from './support/recipes.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'
import { instancesOf } from './support/spot.ts'
import { describe, test } from './support/with-guests.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start()
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const jobOf = (account: string, env = {}, inputs = {}) =>
  new Job(sandbox, { account, files: { 'recipe.yml': recipe() }, env, inputs })

/** A job whose builder stands, held in the middle of its work. */
async function heldJob(env = {}, inputs = {}) {
  const account = newAccount()
  await sandbox.post('faults', { account, operation: 'SendCommand', action: 'hold', when: 'after', count: 1 })
  const job = jobOf(account, env, inputs)
  const ended = job.start()
  await sandbox.called(account, 'SendCommand')
  return { account, job, ended }
}

/** Ends a held job as a lost runner would. */
async function end(job: Job, ended: Promise<unknown>): Promise<void> {
  job.kill('SIGKILL')
  await ended
  await sandbox.release()
}

async function logged(job: Job, sentence: RegExp): Promise<void> {
  for (let left = 400; left > 0 && !sentence.test(job.log); left--) {
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  expect(job.log).toMatch(sentence)
}

describe('while another run bakes the same image', () => {
  test('a run waits for it, says for whom, and uses its image', async () => {
    const { account, job: first, ended } = await heldJob()
    using _ = first
    using second = jobOf(account)
    const waiting = second.start()
    await logged(
      second,
      /Waiting for another run that is baking the same image of web: run local-\S+ with i-\w+, until /
    )
    await sandbox.release()
    const [winner, other] = await Promise.all([ended, waiting])
    expect([winner.code, other.code]).toEqual([0, 0])
    expect(other.outputs).toMatchObject({ 'image-id': winner.outputs['image-id'], reused: 'true' })
    expect(await instancesOf(sandbox, account)).toHaveLength(1)
  })

  test('a run that may not use its image bakes its own afterwards', async () => {
    const { account, job: first, ended } = await heldJob({}, { channel: 'test' })
    using _ = first
    using second = jobOf(account, {}, { channel: 'test' })
    const waiting = second.start()
    await logged(second, /Waiting for another run/)
    await sandbox.release()
    const [winner, other] = await Promise.all([ended, waiting])
    expect([winner.code, other.code]).toEqual([0, 0])
    expect(other.outputs['image-id']).not.toBe(winner.outputs['image-id'])
    expect((await leftovers(sandbox, account)).images).toHaveLength(2)
  })

  test('a run waits no longer than it may, and says so', async () => {
    const { account, job: first, ended } = await heldJob()
    using _ = first
    using second = jobOf(account, {}, { timeout: '5s' })
    const { code, log } = await second.run()
    await end(first, ended)
    expect(code).toBe(1)
    expect(log).toMatch(
      /::error::Another run is baking the same image of web: run local-\S+ with i-\w+, .*; this run waited for it as long as it may/
    )
  })

  test('a dry run tells its plan at once', async () => {
    const { account, job: first, ended } = await heldJob()
    using _ = first
    using second = jobOf(account, {}, { 'dry-run': 'true' })
    const { code, log } = await second.run()
    await end(first, ended)
    expect(log).toContain('launch a builder from')
    expect(code).toBe(0)
  })
})

describe('the builder that a killed attempt of the job has left', () => {
  test('is ended at once by the next attempt', async () => {
    const { account, job: first, ended } = await heldJob({ GITHUB_RUN_ID: '42', GITHUB_RUN_ATTEMPT: '1' })
    using _ = first
    await end(first, ended)
    using second = jobOf(account, { GITHUB_RUN_ID: '42', GITHUB_RUN_ATTEMPT: '2' })
    const { code, log, outputs } = await second.run()
    expect(code).toBe(0)
    expect(log).not.toContain('Waiting for another run')
    expect(await leftovers(sandbox, account)).toMatchObject({ instances: [], images: [outputs['image-id']] })
    expect(await instancesOf(sandbox, account)).toHaveLength(2)
  })
})
