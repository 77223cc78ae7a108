import { afterAll, beforeAll, expect } from '@jest/globals'
import { Job } from './support/action.ts'
import { leftovers, NOTHING, volumesGone } from './support/leftovers.ts'
import { recipe } from './support/recipes.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'
import { describe, test } from './support/with-guests.ts'

/** The calls of a bake in turn; from RunInstances on there is something to clean up. */
const STAGES = [
  'GetParameter',
  'RunInstances',
  'DescribeInstanceInformation',
  'SendCommand',
  'GetCommandInvocation',
  'StopInstances'
] as const

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start()
})
afterAll(() => sandbox[Symbol.asyncDispose]())

/** A job that is about to make a call: the sandbox holds the answer, before or after the call's effect. */
async function jobAt(operation: string, when: 'before' | 'after', { inputs = {}, via = 'ssm' } = {}) {
  const account = newAccount()
  await sandbox.post('faults', { account, operation, action: 'hold', when, count: 1 })
  const files = { 'recipe.yml': recipe().replace('via: ssm', `via: ${via}`) }
  const job = new Job(sandbox, { account, files, inputs })
  const ended = job.start()
  await sandbox.called(account, operation)
  return { account, job, ended }
}

describe('a cancelled job (SIGINT) leaves no instance, and asks for its end within 2 s', () => {
  test.each([
    ...STAGES.flatMap(stage => [[stage, 'before', 'ssm'] as const, [stage, 'after', 'ssm'] as const]),
    ['CreateImage', 'before', 'ssm'] as const,
    ['GetConsoleOutput', 'before', 'user-data'] as const
  ])('at %s, %s its effect (via %s)', async (stage, when, via) => {
    const { account, job, ended } = await jobAt(stage, when, { via })
    using _ = job
    const start = Date.now()
    job.kill('SIGINT')
    const { code, log } = await ended
    expect(log).toContain('The job was cancelled (SIGINT)')
    expect(code).toBe(1)
    expect(Date.now() - start).toBeLessThan(3_000)
    expect(await leftovers(sandbox, account)).toEqual(NOTHING)
    expect(await volumesGone(sandbox, account)).toBe(true)
    const terminated = (await sandbox.calls(account)).find(call => call.operation === 'TerminateInstances')
    if (terminated) expect(Date.parse(terminated.time) - start).toBeLessThan(2_000)
  })
})

describe('an image that EC2 has accepted', () => {
  test.each([
    ['CreateImage', 'after'],
    ['DescribeSnapshots', 'before'],
    ['CreateTags', 'before']
  ] as const)(
    'is kept when the job is cancelled at %s, %s its effect, and the rerun takes it up',
    async (stage, when) => {
      const { account, job, ended } = await jobAt(stage, when)
      using _ = job
      job.kill('SIGINT')
      expect((await ended).code).toBe(1)
      const { instances, images } = await leftovers(sandbox, account)
      expect([instances, images]).toEqual([[], [expect.stringMatching(/^ami-/)]])

      const rerun = await job.run()
      expect(rerun.log).toContain(`take up the image ${images[0]}`)
      expect(rerun.outputs['image-id']).toBe(images[0])
      expect(await leftovers(sandbox, account)).toMatchObject({ instances: [], images })
    }
  )

  test('is discarded with `on-cancel: discard`', async () => {
    const { account, job, ended } = await jobAt('CreateImage', 'after', { inputs: { 'on-cancel': 'discard' } })
    using _ = job
    job.kill('SIGINT')
    expect((await ended).code).toBe(1)
    expect(await leftovers(sandbox, account)).toEqual(NOTHING)
  })
})

describe('after SIGKILL the post step', () => {
  test.each(STAGES.slice(1))('ends the builder of a job killed at %s', async stage => {
    const { account, job, ended } = await jobAt(stage, 'after')
    using _ = job
    job.kill('SIGKILL')
    await ended
    expect((await leftovers(sandbox, account)).instances).toHaveLength(1)
    await sandbox.release()
    expect((await job.post()).code).toBe(0)
    expect(await leftovers(sandbox, account)).toEqual(NOTHING)
  })

  test('keeps an image that EC2 has accepted, and the rerun takes it up', async () => {
    const { account, job, ended } = await jobAt('CreateImage', 'after')
    using _ = job
    job.kill('SIGKILL')
    await ended
    await job.post()
    const { instances, images } = await leftovers(sandbox, account)
    expect([instances.length, images.length]).toEqual([0, 1])
    expect((await job.run()).outputs['image-id']).toBe(images[0])
  })

  test('discards it with `on-cancel: discard`', async () => {
    const { account, job, ended } = await jobAt('CreateImage', 'after', { inputs: { 'on-cancel': 'discard' } })
    using _ = job
    job.kill('SIGKILL')
    await ended
    await job.post()
    expect(await leftovers(sandbox, account)).toEqual(NOTHING)
  })

  test('does nothing after a job that ended by itself', async () => {
    const account = newAccount()
    using job = new Job(sandbox, { account, files: { 'recipe.yml': recipe() } })
    const { outputs } = await job.run()
    expect((await job.post()).code).toBe(0)
    expect(await leftovers(sandbox, account)).toMatchObject({ instances: [], images: [outputs['image-id']] })
  })
})
