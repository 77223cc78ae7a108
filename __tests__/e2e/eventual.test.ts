import { afterAll, beforeAll, expect } from '@jest/globals'
import { Job } from './support/action.ts'
import { leftovers, NOTHING } from './support/leftovers.ts'
import { recipe } from './support/recipes.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'
import { liveRequests, requested, spotRecipe } from './support/spot.ts'
import { describe, test } from './support/with-guests.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start()
})
afterAll(() => sandbox[Symbol.asyncDispose]())

/** @see https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html */
describe('what EC2 shows some seconds late', () => {
  test('a builder and its spot request are found by the post step of a killed job', async () => {
    const account = newAccount()
    await sandbox.post('faults', { account, operation: 'RunInstances', action: 'hold', when: 'after', count: 1 })
    using job = new Job(sandbox, { account, files: { 'recipe.yml': spotRecipe('only') } })
    const ended = job.start()
    await requested(sandbox, account)
    job.kill('SIGKILL')
    await ended
    await sandbox.release()
    const late = { account, action: 'stale', seconds: 3 }
    await sandbox.post('faults', { ...late, operation: 'DescribeInstances' })
    await sandbox.post('faults', { ...late, operation: 'DescribeSpotInstanceRequests' })
    expect((await job.post()).code).toBe(0)
    await sandbox.release()
    expect(await leftovers(sandbox, account)).toEqual(NOTHING)
    expect(await liveRequests(sandbox, account)).toEqual([])
  })

  test('a new instance profile is asked for again', async () => {
    const account = newAccount()
    await sandbox.post('faults', {
      account,
      operation: 'RunInstances',
      action: 'error',
      code: 'InvalidParameterValue',
      message:
        'Value (ami-builder) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name',
      count: 2
    })
    using job = new Job(sandbox, { account, files: { 'recipe.yml': recipe() } })
    const { code, log } = await job.run()
    expect(code).toBe(0)
    expect(log.match(/EC2 does not know the instance profile ami-builder, /g)).toHaveLength(2)
  })

  test('any other wrong value is refused at once', async () => {
    const account = newAccount()
    await sandbox.post('faults', {
      account,
      operation: 'RunInstances',
      action: 'error',
      code: 'InvalidParameterValue',
      message: 'Value () for parameter groupId is invalid.'
    })
    using job = new Job(sandbox, { account, files: { 'recipe.yml': recipe() } })
    expect((await job.run()).code).toBe(1)
    expect(await sandbox.meant(account, 'RunInstances')).toHaveLength(1)
  })
})
