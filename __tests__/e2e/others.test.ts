import { DescribeImagesCommand, DescribeInstancesCommand, RunInstancesCommand } from '@aws-sdk/client-ec2'
import { expect } from '@jest/globals'
import { Job } from './support/action.ts'
import { leftovers } from './support/leftovers.ts'
import { recipe } from './support/recipes.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'
import { test } from './support/with-guests.ts'

test("somebody's instance that carries the tags of an image, copied, is neither ended nor in the way", async () => {
  await using sandbox = await Sandbox.start()
  const account = newAccount()
  const ec2 = sandbox.ec2(account)
  using job = new Job(sandbox, { account, files: { 'recipe.yml': recipe() } })
  const { log, outputs } = await job.run()
  const ImageId = outputs['image-id'] ?? log
  const { Images: [image] = [] } = await ec2.send(new DescribeImagesCommand({ ImageIds: [ImageId] }))
  const Tags = [...(image?.Tags ?? []), { Key: 'ami-action:deadline', Value: new Date().toISOString() }]
  const { Instances: [instance] = [] } = await ec2.send(
    new RunInstancesCommand({
      ImageId,
      InstanceType: 't3.small',
      MinCount: 1,
      MaxCount: 1,
      TagSpecifications: [{ ResourceType: 'instance', Tags }]
    })
  )
  await sandbox.post('clock', { advance: '5h' })
  expect((await job.run()).code).toBe(0)
  expect((await job.post()).code).toBe(0)
  const { Reservations: [reservation] = [] } = await ec2.send(
    new DescribeInstancesCommand({ InstanceIds: [instance?.InstanceId ?? ''] })
  )
  expect(reservation?.Instances?.[0]?.State?.Name).toBe('running')
})

test.each(['ssm', 'user-data'])(
  'a builder (via %s) whose runner is gone for good is ended by the next bake, once its deadline is an hour past',
  async via => {
    await using sandbox = await Sandbox.start()
    const account = newAccount()
    const operation = via === 'ssm' ? 'CreateImage' : 'GetConsoleOutput'
    await sandbox.post('faults', { account, operation, action: 'hold', when: 'before', count: 1 })
    const files = { 'recipe.yml': recipe().replace('via: ssm', `via: ${via}`) }
    using job = new Job(sandbox, { account, files })
    const ended = job.start()
    await sandbox.called(account, operation)
    job.kill('SIGKILL')
    await ended
    const [left] = (await leftovers(sandbox, account)).instances

    using early = new Job(sandbox, { account, files, inputs: { timeout: '5s' } })
    expect((await early.run()).log).toMatch(new RegExp(`Another run is baking the same image of web.* with ${left}`))
    await sandbox.post('clock', { advance: '4h' })
    const late = await job.run()
    expect(late.log).toContain(`Terminated ${left}`)
    expect(late.code).toBe(0)
    expect((await leftovers(sandbox, account)).instances).toEqual([])
  }
)
