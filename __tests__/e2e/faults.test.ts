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

async function bakeWith(
  fault: object
): Promise<{ code: number | null; log: string; account: string; images: string[]; instances: string[] }> {
  const account = newAccount()
  await sandbox.post('faults', { account, count: 1, ...fault })
  using job = new Job(sandbox, { account, files: { 'recipe.yml': recipe() } })
  const { code, log } = await job.run()
  return { code, log, account, ...(await leftovers(sandbox, account)) }
}

describe('an answer that is lost after its effect does not make two of anything', () => {
  test.each([
    'RunInstances',
    'CreateImage',
    'SendCommand',
    'StopInstances',
    'CreateTags',
    'TerminateInstances',
    'CreateSecurityGroup'
  ])('%s', async operation => {
    const { code, log, account, images, instances } = await bakeWith({ operation, action: 'drop', when: 'after' })
    expect(log).not.toContain('::error')
    expect(code).toBe(0)
    expect([images.length, instances.length]).toEqual([1, 0])
    expect(log.match(/^hello$/gm)).toHaveLength(1)
    const again = (await sandbox.meant(account, 'RunInstances')).filter(call => call.outcome !== 'ok')
    expect(again.length).toBeLessThanOrEqual(1)
  })
})

describe('a call that EC2 throttles or fails once is made again', () => {
  test.each([
    ['DescribeImages', 'RequestLimitExceeded', 503],
    ['RunInstances', 'RequestLimitExceeded', 503],
    ['CreateImage', 'InternalError', 500],
    ['TerminateInstances', 'RequestLimitExceeded', 503],
    ['GetCommandInvocation', 'ThrottlingException', 400],
    ['SendCommand', 'ThrottlingException', 400]
  ])('%s: %s', async (operation, code, status) => {
    const ended = await bakeWith({ operation, action: 'error', code, status })
    expect(ended.log).not.toContain('::error')
    expect(ended.code).toBe(0)
    expect([ended.images.length, ended.instances.length]).toEqual([1, 0])
  })
})

test('a call that is denied names the IAM action, and the builder is ended', async () => {
  const { code, log, instances } = await bakeWith({
    operation: 'CreateImage',
    action: 'error',
    code: 'UnauthorizedOperation',
    status: 403
  })
  expect(log).toMatch(
    /::error::ec2:CreateImage failed in us-east-1: UnauthorizedOperation: .*Allow the IAM action ec2:CreateImage/
  )
  expect(code).toBe(1)
  expect(instances).toEqual([])
})
