import {
  AttachVolumeCommand,
  CreateVolumeCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  type Instance,
  RunInstancesCommand,
  type RunInstancesCommandInput
} from '@aws-sdk/client-ec2'
import { GetParameterCommand } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Job } from './support/action.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const AL2023 = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64'

const recipe = (id: string, reboot = 'stop') =>
  `family: db-backup\nstrategy: full\nbase: { instance: ${id}, reboot: ${reboot} }\n`

/** Somebody's instance, running, with a data volume. */
async function launch(account: string, more: Partial<RunInstancesCommandInput> = {}): Promise<string> {
  const { Parameter: parameter } = await sandbox.ssm(account).send(new GetParameterCommand({ Name: AL2023 }))
  const { Instances: [instance] = [] } = await sandbox.ec2(account).send(
    new RunInstancesCommand({
      ImageId: parameter?.Value,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 5 } }],
      ...more
    })
  )
  const id = instance?.InstanceId ?? ''
  await becomes(account, id, 'running')
  return id
}

async function find(account: string, id: string): Promise<Instance | undefined> {
  const { Reservations: [reservation] = [] } = await sandbox
    .ec2(account)
    .send(new DescribeInstancesCommand({ InstanceIds: [id] }))
  return reservation?.Instances?.[0]
}

async function becomes(account: string, id: string, state: string): Promise<void> {
  for (let left = 200; left > 0; left--) {
    if ((await find(account, id))?.State?.Name === state) return
    await new Promise(resolve => setTimeout(resolve, 25))
  }
  throw new Error(`${id} never was ${state}`)
}

const imagesOf = async (account: string) =>
  (await sandbox.ec2(account).send(new DescribeImagesCommand({ Owners: ['self'] }))).Images ?? []

const job = (account: string, id: string, reboot?: string) =>
  new Job(sandbox, { account, files: { 'recipe.yml': recipe(id, reboot) } })

/** It runs, and carries no tag of ours. */
async function expectUntouched(account: string, id: string): Promise<void> {
  await becomes(account, id, 'running')
  expect((await find(account, id))?.Tags ?? []).toEqual([])
}

test('stop: the instance is stopped for its image, with all its volumes, and started again', async () => {
  const account = newAccount()
  const id = await launch(account)
  using made = job(account, id)
  const { code, log, outputs, summary } = await made.run()
  expect(code).toBe(0)
  expect(log).toContain('A bake is due: a backup is taken anew every time')
  expect(log).toMatch(/ {2}\/dev\/sdf: vol-/)
  expect(summary).toContain(`| Base | \`${id}\``)
  const [image] = await imagesOf(account)
  expect(image?.ImageId).toBe(outputs['image-id'])
  expect(image?.BlockDeviceMappings?.map(({ DeviceName }) => DeviceName)).toEqual(
    expect.arrayContaining([expect.stringMatching(/xvda/), '/dev/sdf'])
  )
  await expectUntouched(account, id)
  const meant = (await sandbox.calls(account)).filter(call => call.outcome !== 'DryRunOperation')
  const operations = meant.map(call => call.operation)
  expect(operations.filter(name => /^(Stop|CreateImage|Start|Reboot|Terminate)/.test(name))).toEqual([
    'StopInstances',
    'CreateImage',
    'StartInstances'
  ])
})

test.each([
  ['reboot', 0],
  ['none', 1]
])('%s: the instance is never stopped', async (reboot, warnings) => {
  const account = newAccount()
  const id = await launch(account)
  using made = job(account, id, reboot)
  const { code, log } = await made.run()
  expect(code).toBe(0)
  expect(log.match(/goes on running: what it has not written/g) ?? []).toHaveLength(warnings)
  expect((await sandbox.calls(account)).filter(call => call.operation === 'StopInstances')).toEqual([])
  await expectUntouched(account, id)
})

test('a backup is taken anew every time', async () => {
  const account = newAccount()
  const id = await launch(account)
  for (const name of ['first', 'second']) {
    const text = `${recipe(id, 'none')}name: ${name}\n`
    using made = new Job(sandbox, { account, files: { 'recipe.yml': text } })
    expect((await made.run()).outputs.reused).toBe('false')
  }
  expect(await imagesOf(account)).toHaveLength(2)
})

describe('refused before anything is changed', () => {
  test.each<[why: string, reboot: string, more: Partial<RunInstancesCommandInput>, says: RegExp]>([
    [
      'a Spot Instance, to be stopped',
      'stop',
      { InstanceMarketOptions: { MarketType: 'spot' } },
      /found i-\w+, which is a Spot Instance; use `reboot: reboot` or `reboot: none`/
    ],
    ['an instance with stop protection', 'stop', { DisableApiStop: true }, /whose stop protection is on/],
    [
      'a builder of this action',
      'none',
      { ClientToken: `ami-action-${Math.random()}` },
      /found i-\w+, a builder of this action/
    ]
  ])('%s', async (_, reboot, more, says) => {
    const account = newAccount()
    const id = await launch(account, more)
    const [{ seq } = { seq: 0 }] = (await sandbox.calls(account)).slice(-1)
    using made = job(account, id, reboot)
    const { code, log } = await made.run()
    expect(code).toBe(1)
    expect(log).toMatch(says)
    const calls = (await sandbox.calls(account, seq)).map(call => call.operation)
    expect(calls.filter(name => !/^(Describe|Get)/.test(name))).toEqual([])
  })

  test('an instance that is not there', async () => {
    using made = job(newAccount(), 'i-0123456789abcdef0')
    const { code, log } = await made.run()
    expect(code).toBe(1)
    expect(log).toMatch(/Expected an instance, found none with the id i-0123456789abcdef0 in us-east-1/)
  })
})

describe('killed at a call, whether or not it had its effect: the post step starts the instance again', () => {
  const CALLS = ['CreateTags', 'StopInstances', 'CreateImage', 'StartInstances', 'DeleteTags'] as const

  test.concurrent.each(
    CALLS.flatMap(operation => (['before', 'after'] as const).map(when => [when, operation] as const))
  )('%s %s', async (when, operation) => {
    const account = newAccount()
    const id = await launch(account)
    await sandbox.post('faults', { account, operation, action: 'hold', when, count: 1 })
    using made = job(account, id)
    const ended = made.start()
    await sandbox.called(account, operation)
    made.kill('SIGKILL')
    await ended
    await sandbox.release()
    expect((await made.post()).code).toBe(0)
    await expectUntouched(account, id)
    expect((await imagesOf(account)).length).toBeLessThanOrEqual(1)
  })
})

test('killed without a post step: the next backup starts the instance again', async () => {
  const account = newAccount()
  const id = await launch(account)
  await sandbox.post('faults', { account, operation: 'StopInstances', action: 'hold', when: 'after', count: 1 })
  using made = job(account, id)
  const ended = made.start()
  await sandbox.called(account, 'StopInstances')
  made.kill('SIGKILL')
  await ended
  await sandbox.release()
  expect((await find(account, id))?.State?.Name).toBe('stopped')
  expect((await made.run()).code).toBe(0)
  await expectUntouched(account, id)
  expect(await imagesOf(account)).toHaveLength(1)
})

test('a volume that was attached meanwhile is in the image, and no trouble', async () => {
  const account = newAccount()
  const id = await launch(account)
  const instance = await find(account, id)
  const ec2 = sandbox.ec2(account)
  const zone = instance?.Placement?.AvailabilityZone
  const { VolumeId } = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: zone, Size: 1 }))
  await ec2.send(new AttachVolumeCommand({ InstanceId: id, VolumeId, Device: '/dev/sdg' }))
  using made = job(account, id, 'none')
  expect((await made.run()).code).toBe(0)
  expect((await imagesOf(account))[0]?.BlockDeviceMappings).toHaveLength(3)
})
