import { TerminateInstancesCommand } from '@aws-sdk/client-ec2'
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals'
import { Job } from './support/action.ts'
import { leftovers, NOTHING } from './support/leftovers.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'
import { instancesOf, liveRequests, requested, spotRecipe } from './support/spot.ts'
import { describe, test } from './support/with-guests.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start()
})
afterAll(() => sandbox[Symbol.asyncDispose]())
// What EC2 has not got it has not got for any account.
afterEach(() => shortages(newAccount()))

const jobOf = (account: string, text: string) => new Job(sandbox, { account, files: { 'recipe.yml': text } })

/** EC2 has none of this in the region; without any it has everything. */
const shortages = (account: string, ...list: object[]) =>
  sandbox.post('capacity', { region: 'us-east-1', account, shortages: list })

const operations = async (account: string) => (await sandbox.calls(account)).map(({ operation }) => operation)

describe('a builder on the spot market', () => {
  test.each(['ssm', 'user-data'])('bakes via %s; its request is cancelled before it is terminated', async via => {
    const account = newAccount()
    using job = jobOf(account, spotRecipe('only').replace('via: ssm', `via: ${via}`))
    const { code, log, outputs } = await job.run()
    expect(log).not.toContain('::error')
    expect(code).toBe(0)
    expect(await leftovers(sandbox, account)).toMatchObject({ instances: [], images: [outputs['image-id']] })
    expect((await instancesOf(sandbox, account)).map(each => each.InstanceLifecycle)).toEqual(['spot'])
    expect(await liveRequests(sandbox, account)).toEqual([])
    const calls = await operations(account)
    const cancelled = calls.indexOf('CancelSpotInstanceRequests')
    expect(cancelled).toBeGreaterThan(0)
    expect(calls.indexOf('TerminateInstances')).toBeGreaterThan(cancelled)
  })

  test('is launched on demand where the spot market has no capacity', async () => {
    const account = newAccount()
    await shortages(account, { market: 'spot' })
    using job = jobOf(account, spotRecipe('prefer'))
    const { code, log } = await job.run()
    expect(code).toBe(0)
    expect(log).toMatch(/No t3\.small in subnet-\w+ on the spot market: InsufficientInstanceCapacity/)
    expect((await instancesOf(sandbox, account)).map(each => each.InstanceLifecycle)).toEqual([undefined])
    expect(await liveRequests(sandbox, account)).toEqual([])
  })

  test('is launched on demand where the spot quota is used up, asked for once by type', async () => {
    const account = newAccount()
    await sandbox.post('capacity', { region: 'us-east-1', account, vcpuQuotas: { spot: 0 } })
    using job = jobOf(account, spotRecipe('prefer', '[t3.small, t3.medium]'))
    expect((await job.run()).code).toBe(0)
    expect(await sandbox.meant(account, 'RunInstances')).toHaveLength(3)
  })

  test('with `spot: only` is not launched on demand; every refusal is named', async () => {
    const account = newAccount()
    await shortages(account, { market: 'spot' })
    using job = jobOf(account, spotRecipe('only'))
    const { code, log } = await job.run()
    expect(code).toBe(1)
    expect(log).toMatch(
      /::error::No builder could be launched: t3\.small in subnet-\w+ on the spot market \(InsufficientInstanceCapacity\), /
    )
    expect(await instancesOf(sandbox, account)).toEqual([])
  })
})

/** A job whose builder's launch had its effect, while the answer is withheld. */
async function jobAtLaunch() {
  const account = newAccount()
  await sandbox.post('faults', { account, operation: 'RunInstances', action: 'hold', when: 'after', count: 1 })
  const job = jobOf(account, spotRecipe('only'))
  const ended = job.start()
  await requested(sandbox, account)
  return { account, job, ended }
}

describe('no instance and no spot request are left of a job', () => {
  test('that is cancelled while EC2 launches', async () => {
    const { account, job, ended } = await jobAtLaunch()
    using _ = job
    job.kill('SIGINT')
    expect((await ended).code).toBe(1)
    expect(await leftovers(sandbox, account)).toEqual(NOTHING)
    expect(await liveRequests(sandbox, account)).toEqual([])
  })

  test('that is killed while EC2 launches, once its post step has run', async () => {
    const { account, job, ended } = await jobAtLaunch()
    using _ = job
    job.kill('SIGKILL')
    await ended
    expect(await liveRequests(sandbox, account)).toHaveLength(1)
    await sandbox.release()
    expect((await job.post()).code).toBe(0)
    expect(await leftovers(sandbox, account)).toEqual(NOTHING)
    expect(await liveRequests(sandbox, account)).toEqual([])
  })

  test('that is killed, whose builder somebody terminates: EC2 launches another, without our tags', async () => {
    const account = newAccount()
    await sandbox.post('faults', { account, operation: 'SendCommand', action: 'hold', when: 'after', count: 1 })
    using job = jobOf(account, spotRecipe('only'))
    const ended = job.start()
    await sandbox.called(account, 'SendCommand')
    job.kill('SIGKILL')
    await ended
    await sandbox.release()
    const { instances } = await leftovers(sandbox, account)
    await sandbox.ec2(account).send(new TerminateInstancesCommand({ InstanceIds: instances }))
    await relaunched(account)
    expect((await job.post()).code).toBe(0)
    expect(await leftovers(sandbox, account)).toEqual(NOTHING)
    expect(await liveRequests(sandbox, account)).toEqual([])
  })
})

/** Settles when EC2 has launched a second builder. */
async function relaunched(account: string): Promise<void> {
  for (let left = 200; left > 0; left--) {
    if ((await instancesOf(sandbox, account)).length === 2) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error('Expected another instance for the spot request, found none')
}
