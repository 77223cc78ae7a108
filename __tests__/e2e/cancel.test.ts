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
async function jobAt(operation: string, when: 'before' | 'after', { inputs = {}, via = 'ssm', skip = 0 } = {}) {
  const account = newAccount()
  await sandbox.post('faults', { account, operation, action: 'hold', when, skip, count: 1 })
  const files = { 'recipe.yml': recipe().replace('via: ssm', `via: ${via}`) }
  const job = new Job(sandbox, { account, files, inputs })
  const ended = job.start()
  await sandbox.called(account, operation, skip + 1)
  return { account, job, ended }
}

async function expectNothingLeft({ account, job, ended }: Awaited<ReturnType<typeof jobAt>>, signal: NodeJS.Signals) {
  using _ = job
  const start = Date.now()
  job.kill(signal)
  const { code, log } = await ended
  expect(log).toContain(`The job was cancelled (${signal})`)
  expect(code).toBe(1)
  expect(Date.now() - start).toBeLessThan(3_000)
  expect(await leftovers(sandbox, account)).toEqual(NOTHING)
  expect(await volumesGone(sandbox, account)).toBe(true)
  const terminated = (await sandbox.calls(account)).find(call => call.operation === 'TerminateInstances')
  if (terminated) expect(Date.parse(terminated.time) - start).toBeLessThan(2_000)
}

describe('a cancelled job leaves no instance, and asks for its end within 2 s', () => {
  test.each([
    ...STAGES.flatMap(stage => [[stage, 'before', 'SIGINT'] as const, [stage, 'after', 'SIGINT'] as const]),
    ['SendCommand', 'after', 'SIGTERM'] as const,
    ['CreateImage', 'before', 'SIGINT'] as const
  ])('at %s, %s its effect (%s)', async (stage, when, signal) => {
    await expectNothingLeft(await jobAt(stage, when), signal)
  })

  test.each([
    ['a step runs', 'SendCommand', { skip: 1 }],
    ['the builder is sealed', 'SendCommand', { skip: 2 }],
    ['the builder provisions itself', 'GetConsoleOutput', { via: 'user-data' }]
  ] as const)('while %s', async (_, operation, options) => {
    await expectNothingLeft(await jobAt(operation, 'after', options), 'SIGINT')
  })
})

describe('an image that EC2 has accepted', () => {
  test.each([
    ['CreateImage', 'after', 0],
    ['DescribeImages', 'before', 3],
    ['DescribeSnapshots', 'before', 0],
    // The first CreateTags says that the builder is sealed.
    ['CreateTags', 'before', 1]
  ] as const)(
    'is kept when the job is cancelled at %s, %s its effect, and the rerun takes it up',
    async (stage, when, skip) => {
      const { account, job, ended } = await jobAt(stage, when, { skip })
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
