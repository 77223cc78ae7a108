import { DescribeInstancesCommand, type EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, expect } from '@jest/globals'
import { Job } from './support/action.ts'
import { leftovers } from './support/leftovers.ts'
import { recipe } from './support/recipes.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'
import { instancesOf, liveRequests, spotRecipe } from './support/spot.ts'
import { test } from './support/with-guests.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start()
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

async function stateOf(ec2: EC2Client, id: string): Promise<string | undefined> {
  const { Reservations: [reservation] = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))
  return reservation?.Instances?.[0]?.State?.Name
}

test('a builder whose job is gone for good ends itself at its deadline', async () => {
  const account = newAccount()
  using job = new Job(sandbox, {
    account,
    files: { 'recipe.yml': recipe('- { name: hang, run: sleep 60 }') },
    inputs: { timeout: '7s' }
  })
  const ended = job.start()
  await sandbox.called(account, 'SendCommand')
  job.kill('SIGKILL')
  await ended
  expect((await leftovers(sandbox, account)).instances).toHaveLength(1)
  for (let left = 200; left > 0 && (await leftovers(sandbox, account)).instances.length > 0; left--) await pause(100)
  expect((await leftovers(sandbox, account)).instances).toEqual([])
})

test('a spot builder whose job is gone for good does so, too, and EC2 launches no other for its request', async () => {
  const account = newAccount()
  const text = spotRecipe('only', '[t3.small]', '- { name: hang, run: sleep 60 }')
  using job = new Job(sandbox, { account, files: { 'recipe.yml': text }, inputs: { timeout: '7s' } })
  const ended = job.start()
  await sandbox.called(account, 'SendCommand')
  job.kill('SIGKILL')
  await ended
  for (let left = 200; left > 0 && (await leftovers(sandbox, account)).instances.length > 0; left--) await pause(100)
  await pause(500)
  expect(await liveRequests(sandbox, account)).toEqual([])
  expect((await instancesOf(sandbox, account)).map(each => each.State?.Name)).toEqual(['terminated'])
})

test("an image booted long after its bake's deadline stays up", async () => {
  const account = newAccount()
  using job = new Job(sandbox, { account, files: { 'recipe.yml': recipe() }, inputs: { timeout: '8s' } })
  const { log, outputs } = await job.run()
  const ec2 = sandbox.ec2(account)
  const { Instances: [instance] = [] } = await ec2.send(
    new RunInstancesCommand({ ImageId: outputs['image-id'] ?? log, InstanceType: 't3.small', MinCount: 1, MaxCount: 1 })
  )
  await sandbox.post('clock', { advance: '2d' })
  await pause(12_000)
  expect(await stateOf(ec2, instance?.InstanceId ?? '')).toBe('running')
})
