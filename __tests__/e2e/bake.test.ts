import { DescribeInstancesCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, expect } from '@jest/globals'
import { Job } from './support/action.ts'
import { leftovers, NOTHING } from './support/leftovers.ts'
import { recipe } from './support/recipes.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'
import { test } from './support/with-guests.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start()
})
afterAll(() => sandbox[Symbol.asyncDispose]())

test('a step shows its output while it runs, once, and a secret of the job never', async () => {
  const account = newAccount()
  const steps = '- { name: slow, run: "echo first; sleep 7; echo last" }\n- { name: quick, run: echo quick }'
  using job = new Job(sandbox, { account, files: { 'recipe.yml': recipe(steps) } })
  const ended = job.start()
  while (!job.log.includes('::group::Step 1 of 2: slow')) await new Promise(resolve => setTimeout(resolve, 50))
  for (let left = 130; left > 0 && !/^first$/m.test(job.log); left--)
    await new Promise(resolve => setTimeout(resolve, 50))
  expect(job.log).toMatch(/^first$/m)
  expect(job.log).not.toMatch(/^last$/m)
  const { code, log } = await ended
  expect(log.match(/^(first|last|quick)$/gm)).toEqual(['first', 'last', 'quick'])
  expect(log).not.toContain('not-checked-by-the-sandbox')
  expect(code).toBe(0)
})

test.each(['ssm', 'user-data'])(
  'the image holds what was provisioned (via %s), and the builder was closed to the world',
  async via => {
    const account = newAccount()
    using job = new Job(sandbox, { account, files: { 'recipe.yml': recipe().replace('via: ssm', `via: ${via}`) } })
    const { code, log, outputs, summary } = await job.run()
    expect(code).toBe(0)
    expect(log).toMatch(/^hello$/m)
    expect(JSON.parse(outputs.images ?? '')).toEqual({ 'us-east-1': outputs['image-id'] })
    expect(outputs).toMatchObject({
      reused: 'false',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      'valid-until': expect.stringMatching(/^20\d\d-/)
    })
    expect(JSON.parse(outputs.report ?? '')).toMatchObject({
      command: 'bake',
      family: 'web',
      snapshots: [{ encrypted: true }]
    })
    expect(summary).toContain(`## ✅ Baked web: \`${outputs['image-id']}\``)
    const { Reservations: [reservation] = [] } = await sandbox.ec2(account).send(new DescribeInstancesCommand({}))
    expect(reservation?.Instances?.[0]?.MetadataOptions).toMatchObject({ HttpTokens: 'required' })
    expect(reservation?.Instances?.[0]?.PublicIpAddress).toBeUndefined()
  }
)

test('a dry run prints the plan and changes nothing', async () => {
  const account = newAccount()
  using job = new Job(sandbox, { account, files: { 'recipe.yml': recipe() }, inputs: { 'dry-run': 'true' } })
  const { code, log, outputs, summary } = await job.run()
  expect(code).toBe(0)
  expect(log).toContain('launch a builder from ami-')
  expect(JSON.parse(outputs.plan ?? '')).toMatchObject({
    region: 'us-east-1',
    imageName: expect.stringMatching(/^web-/)
  })
  expect(summary).toContain('nothing was changed')
  expect(await leftovers(sandbox, account)).toEqual(NOTHING)
  const changing = (await sandbox.calls(account)).filter(call => !/^(Describe|Get|List)/.test(call.operation))
  expect(changing.map(call => call.outcome)).toEqual(['DryRunOperation'])
})

test('without instance types they are chosen by the architecture of the base', async () => {
  const account = newAccount()
  const arm = recipe()
    .replace('kernel-default-x86_64', 'kernel-default-arm64')
    .replace('instance-types: [t3.small], ', '')
  using job = new Job(sandbox, { account, files: { 'recipe.yml': arm }, inputs: { 'dry-run': 'true' } })
  expect((await job.run()).log).toContain('  as m7g.large in subnet-')
})

test('a builder that can get no capacity is launched as the next type', async () => {
  const account = newAccount()
  await sandbox.post('faults', {
    account,
    operation: 'RunInstances',
    action: 'error',
    code: 'InsufficientInstanceCapacity',
    count: 1
  })
  const types = recipe().replace('[t3.small]', '[t3.small, t3.medium]')
  using job = new Job(sandbox, { account, files: { 'recipe.yml': types } })
  expect((await job.run()).code).toBe(0)
  expect((await sandbox.meant(account, 'RunInstances')).map(call => call.outcome)).toEqual([
    'InsufficientInstanceCapacity',
    'ok'
  ])
})

test('the same recipe is baked again after EC2 has forgotten its builder, but not the ClientToken', async () => {
  await using clocked = await Sandbox.start()
  const account = newAccount()
  using job = new Job(clocked, { account, files: { 'recipe.yml': recipe() }, inputs: { force: 'true' } })
  expect((await job.run()).code).toBe(0)
  await clocked.post('clock', { advance: '25h' })
  expect((await job.run()).code).toBe(0)
  expect((await leftovers(clocked, account)).images).toHaveLength(2)
})
