import {
  CopyImageCommand,
  CreateLaunchTemplateCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
  EnableImageDeregistrationProtectionCommand,
  RegisterImageCommand,
  RunInstancesCommand,
  waitUntilImageAvailable
} from '@aws-sdk/client-ec2'
import { PutParameterCommand } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Job } from './support/action.ts'
import { dueAt, HEAD, imagesOf, keepInBin, ownId, type SeededImage, seedFamily, stateOf } from './support/family.ts'
import { recipe } from './support/recipes.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const OPEN = '{ keep: 1, max-images: 100, max-percent: 100 }'

const jobOf = (account: string, policy = OPEN, inputs: Record<string, string> = {}, more = ''): Job =>
  new Job(sandbox, {
    account,
    files: { 'recipe.yml': recipe(undefined, `sunset: ${policy}\n${more}`) },
    inputs: { command: 'sunset', ...inputs }
  })

async function sunset(...[account, policy, inputs, more]: Parameters<typeof jobOf>) {
  using job = jobOf(account, policy, inputs, more)
  return await job.run()
}

/** An account with a published image, `ownId(account, 0)`, and these. */
async function makeAccount(images: (account: string) => readonly SeededImage[], head: Partial<SeededImage> = {}) {
  const account = newAccount()
  await seedFamily(sandbox, account, [{ ...HEAD, imageId: ownId(account, 0), ...head }, ...images(account)])
  const id = (number: number) => ownId(account, number)
  return { account, id, state: (number: number) => stateOf(sandbox, account, id(number)) }
}

const put = (account: string, Name: string, Value: string) =>
  sandbox.ssm(account).send(new PutParameterCommand({ Name, Value, Type: 'String' }))

describe('a reference that was not looked at', () => {
  test('terraform-aws-github-runner #3752: one on the second page of parameters', async () => {
    const { account, id, state } = await makeAccount(own => [dueAt('deprecated', ownId(own, 1))])
    const input = { Name: '/other/{n}', Value: 'nothing', Type: 'String' }
    await sandbox.post('seed', { account, calls: [{ count: 120, service: 'ssm', operation: 'PutParameter', input }] })
    await put(account, '/zzz', id(1))
    const { summary } = await sunset(account)
    expect(summary).toContain('it is used by the parameter /zzz')
    expect(await state(1)).toBe('deprecated')
  })

  test('cloud-custodian #6554, aws-amicleaner #5: a template that only short-lived machines are launched from', async () => {
    const { account, id, state } = await makeAccount(own => [dueAt('deprecated', ownId(own, 1))])
    const LaunchTemplateData = { ImageId: id(1), InstanceType: 't3.small' } as const
    await sandbox.ec2(account).send(new CreateLaunchTemplateCommand({ LaunchTemplateName: 'spot', LaunchTemplateData }))
    await sunset(account)
    expect(await state(1)).toBe('deprecated')
  })

  test('cdk-github-runners #992: an image that is put back into use between plan and act', async () => {
    const { account, id, state } = await makeAccount(own => [dueAt('deprecated', ownId(own, 1))])
    const held = { account, operation: 'DescribeImageReferences', action: 'hold', when: 'before', skip: 1, count: 1 }
    await sandbox.post('faults', held)
    using job = jobOf(account)
    const ended = job.start()
    await sandbox.called(account, 'DescribeImageReferences', 2)
    const parameter = { Name: '/live', Value: id(1), Type: 'String', DataType: 'aws:ec2:image' } as const
    await sandbox.ssm(account).send(new PutParameterCommand(parameter))
    await sandbox.release()
    const { code, log } = await ended
    expect({ code, log }).toEqual({
      code: 0,
      log: expect.stringMatching(/::notice::us-east-1: \S+ stays: it is used by .*live/)
    })
    expect(await state(1)).toBe('deprecated')
  })
})

test('cqlite #4227: nothing at all in use is no result, but an error', async () => {
  const account = newAccount()
  await seedFamily(sandbox, account, [dueAt('deprecated', ownId(account, 1)), dueAt('disabled', ownId(account, 2))])
  const { code, log } = await sunset(account)
  expect({ code, log }).toEqual({
    code: 1,
    log: expect.stringContaining('Expected at least one image in use, found 0')
  })
})

describe('too much is taken for ours', () => {
  test('catasb #224: a family whose name begins with ours', async () => {
    const { account, state } = await makeAccount(own => [
      dueAt('current', ownId(own, 1)),
      { ...dueAt('current', ownId(own, 2)), tags: { 'ami-action:family': 'web-api' } }
    ])
    await sunset(account)
    expect(await Promise.all([1, 2].map(state))).toEqual(['deprecated', 'available'])
  })

  test('cloud-custodian, tags that EC2 does not return: an image without the one that makes it ours', async () => {
    const { account, state } = await makeAccount(own => [
      { ...dueAt('current', ownId(own, 1)), tags: { 'ami-action:managed': undefined } },
      { ...dueAt('current', ownId(own, 2)), tags: { 'ami-action:self': undefined } }
    ])
    await sunset(account)
    expect(await Promise.all([1, 2].map(state))).toEqual(['available', 'available'])
  })
})

describe('what EC2 answers to the act', () => {
  const deregistering = async (code: string) => {
    const { account, state } = await makeAccount(own => [dueAt('disabled', ownId(own, 1))])
    await keepInBin(sandbox, account)
    await sandbox.post('faults', { account, operation: 'DeregisterImage', action: 'error', code, message: code })
    const ended = await sunset(account)
    await fetch(`${sandbox.url}/_sandbox/faults`, { method: 'DELETE' })
    return { ...ended, state: await state(1) }
  }

  test('aeternity #89: a refusal is told, and not taken for an image that is gone already', async () => {
    const { code, log, state } = await deregistering('OperationNotPermitted')
    expect({ code, log, state }).toEqual({
      code: 1,
      log: expect.stringContaining('OperationNotPermitted'),
      state: 'disabled'
    })
  })
})

describe('the last good one', () => {
  test('amigo #553: when the newest bakes fail, the newest good ones stay, whatever their age', async () => {
    const failed = (own: string, number: number): SeededImage => ({
      imageId: ownId(own, number),
      bakedDaysAgo: number,
      tags: { 'ami-action:verified': 'failed boots 2026-01-01T00:00:00.000Z' }
    })
    const { account, state } = await makeAccount(
      own => [failed(own, 1), failed(own, 2), dueAt('deprecated', ownId(own, 3)), dueAt('deprecated', ownId(own, 4))],
      { bakedDaysAgo: 80 }
    )
    await sunset(account, '{ keep: 3, max-images: 100, max-percent: 100 }')
    expect(await Promise.all([0, 1, 2, 3, 4].map(state))).toEqual([
      'available',
      'deprecated',
      'deprecated',
      'deprecated',
      'deprecated'
    ])
  })

  test('community-tc-config #607: without a newer one that is published nothing goes', async () => {
    const { account, state } = await makeAccount(own => [dueAt('current', ownId(own, 1))], {
      isPublished: false,
      validDays: 1
    })
    await put(account, '/live', ownId(account, 0))
    const { code } = await sunset(account)
    expect({ code, states: await Promise.all([0, 1].map(state)) }).toEqual({
      code: 0,
      states: ['available', 'available']
    })
  })

  test('amigo #300: no run goes further than the recipe lets it', async () => {
    const many = (own: string) => Array.from({ length: 12 }, (_, i) => dueAt('current', ownId(own, i + 1)))
    const { account } = await makeAccount(many)
    const { summary } = await sunset(account, '{ keep: 1, max-images: 5, max-percent: 20 }')
    expect(summary).toContain('## ✅ 2 of 13 images went one stage further')
  })
})

describe('other accounts', () => {
  test('karpenter #6393, #6500, packer-plugin-amazon #261: with the nightly build red for 90 days the head is still visible where it is shared', async () => {
    const friend = newAccount()
    const { account, id } = await makeAccount(() => [], { bakedDaysAgo: 91, validDays: 60, sharedWith: [friend] })
    for (let week = 1; week <= 3; week++) {
      const { code, log } = await sunset(account)
      expect({ code, log }).toEqual({ code: 1, log: expect.stringMatching(/the published \S+ expired on/) })
    }
    const { Images } = await sandbox.ec2(friend).send(new DescribeImagesCommand({ Owners: [account] }))
    expect(Images?.map(({ ImageId }) => ImageId)).toEqual([id(0)])
  })

  test('cloud-custodian #5924, flatcar #456: an image that another account uses stays; asked is EC2, and before its answer nothing happens', async () => {
    const friend = newAccount()
    const { account, id, state } = await makeAccount(own => [
      { ...dueAt('deprecated', ownId(own, 1)), sharedWith: [friend] }
    ])
    const launch = { ImageId: id(1), InstanceType: 't3.small', MinCount: 1, MaxCount: 1 } as const
    await sandbox.ec2(friend).send(new RunInstancesCommand(launch))
    await sandbox.post('clock', { advance: '40d' })
    const first = await sunset(account)
    expect(first.summary).toContain('no report tells yet whether other accounts use it')
    await sandbox.post('clock', { advance: '2d' })
    const second = await sunset(account)
    expect(second.summary).toContain(`it is used in the account ${friend}`)
    expect(await state(1)).toBe('deprecated')
  })

  test('a colleague’s copy that carries our tags is never touched', async () => {
    const { account, id, state } = await makeAccount(own => [dueAt('current', ownId(own, 1))])
    const ec2 = sandbox.ec2(account)
    const request = { SourceImageId: id(1), SourceRegion: 'us-east-1', Name: 'mine', CopyImageTags: true }
    const { ImageId = '' } = await ec2.send(new CopyImageCommand(request))
    await waitUntilImageAvailable(
      { client: ec2, minDelay: 0.05, maxDelay: 0.1, maxWaitTime: 20 },
      { ImageIds: [ImageId] }
    )
    const before = (await imagesOf(sandbox, account)).get(ImageId)
    const { outputs } = await sunset(account)
    expect(JSON.stringify(outputs)).not.toContain(ImageId)
    expect((await imagesOf(sandbox, account)).get(ImageId)).toEqual(before)
    expect(await state(1)).toBe('deprecated')
  })
})

describe('snapshots', () => {
  const snapshotsOf = async (account: string): Promise<string[]> => {
    const { Snapshots = [] } = await sandbox.ec2(account).send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))
    return Snapshots.map(({ SnapshotId = '' }) => SnapshotId)
  }

  test('packer #3320, #8116, fog-aws #380: those of all volumes go with the image', async () => {
    const { account, state } = await makeAccount(own => [
      { ...dueAt('disabled', ownId(own, 1)), volumeSizes: [8, 20, 50] }
    ])
    expect(await snapshotsOf(account)).toHaveLength(4)
    await keepInBin(sandbox, account)
    await sunset(account)
    expect({ state: await state(1), left: await snapshotsOf(account) }).toEqual({
      state: 'recycled',
      left: [expect.any(String)]
    })
  })

  test('aws-nuke #369, backup-monkey #10, cloud-nuke #727: one that two images stand on stays, and the run goes on', async () => {
    const { account, id, state } = await makeAccount(own => [
      dueAt('disabled', ownId(own, 1)),
      dueAt('disabled', ownId(own, 2))
    ])
    await keepInBin(sandbox, account)
    const SnapshotId = (await imagesOf(sandbox, account)).get(id(1))?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? ''
    const mapping = { DeviceName: '/dev/xvda', Ebs: { SnapshotId } }
    const request = { Name: 'by hand', RootDeviceName: '/dev/xvda', BlockDeviceMappings: [mapping] }
    await sandbox.ec2(account).send(new RegisterImageCommand({ ...request, Architecture: 'x86_64' }))
    const { code, summary } = await sunset(account)
    expect({ code, summary }).toEqual({
      code: 0,
      summary: expect.stringContaining(`the snapshot ${SnapshotId}: skipped`)
    })
    expect([await state(1), await state(2)]).toEqual(['recycled', 'recycled'])
    expect(await snapshotsOf(account)).toContain(SnapshotId)
  })

  test('cloud-custodian #9138, #9444: those of disabled images are no orphans; those of images that are gone are', async () => {
    const { account, id } = await makeAccount(own => [
      { imageId: ownId(own, 1), bakedDaysAgo: 30 },
      { ...dueAt('disabled', ownId(own, 2)), tags: { ...dueAt('disabled', '').tags, 'ami-action:hold': 'legal' } }
    ])
    await keepInBin(sandbox, account)
    const image = (await imagesOf(sandbox, account)).get(id(1))
    const orphan = image?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? ''
    const input = { ImageId: id(1) }
    await sandbox.post('seed', { account, calls: [{ service: 'ec2', operation: 'DeregisterImage', input }] })
    const first = await sunset(account)
    expect(first.log).not.toContain(orphan)
    await sandbox.post('clock', { advance: '15d' })
    const { log } = await sunset(account)
    expect(log).toContain(`Deleted the snapshot ${orphan}, which had no image any more`)
    expect(await snapshotsOf(account)).toHaveLength(2)
  })

  test('snapshots that the Recycle Bin would keep for a shorter time than their image keep it', async () => {
    const { account, state } = await makeAccount(own => [dueAt('disabled', ownId(own, 1))])
    await keepInBin(sandbox, account, 14, 7)
    const { summary } = await sunset(account)
    expect(summary).toMatch(/the Recycle Bin keeps the image for 14 d, its snapshot \S+ for 7 d/)
    expect(await state(1)).toBe('disabled')
  })
})

describe('machines', () => {
  const launch = async (account: string, token: string, hours: number): Promise<string> => {
    const deadline = new Date((await now(account)).getTime() + hours * 3_600_000).toISOString()
    const tags = { 'ami-action:managed': 'true', 'ami-action:family': 'web', 'ami-action:deadline': deadline }
    const { Instances } = await sandbox.ec2(account).send(
      new RunInstancesCommand({
        ImageId: ownId(account, 0),
        InstanceType: 't3.small',
        MinCount: 1,
        MaxCount: 1,
        ClientToken: token,
        TagSpecifications: [
          { ResourceType: 'instance', Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }
        ]
      })
    )
    return Instances?.[0]?.InstanceId ?? ''
  }

  const stateOfInstance = async (account: string, id: string): Promise<string> => {
    const { Reservations } = await sandbox.ec2(account).send(new DescribeInstancesCommand({ InstanceIds: [id] }))
    return Reservations?.[0]?.Instances?.[0]?.State?.Name ?? ''
  }

  test('a builder whose deadline is long gone is ended; a live one, and somebody’s own, are not', async () => {
    const { account } = await makeAccount(() => [])
    const dead = await launch(account, 'ami-action-dead', -2)
    const live = await launch(account, 'ami-action-live', 6)
    const late = await launch(account, 'ami-action-late', -0.5)
    const foreign = await launch(account, 'somebody', -2)
    const { code } = await sunset(account)
    const states = await Promise.all([dead, live, late, foreign].map(id => stateOfInstance(account, id)))
    expect({ code, states }).toEqual({
      code: 0,
      states: [expect.stringMatching(/shutting-down|terminated/), 'running', 'running', 'running']
    })
  })
})

/** The sandbox's time, as the account's last call tells it. */
const now = async (account: string): Promise<Date> => new Date((await sandbox.calls(account)).at(-1)?.time ?? '')

test('a protection with cooldown is taken off while the image is disabled, and is over in time', async () => {
  const { account, id, state } = await makeAccount(own => [dueAt('deprecated', ownId(own, 1))])
  await keepInBin(sandbox, account)
  const protection = { ImageId: id(1), WithCooldown: true }
  await sandbox.ec2(account).send(new EnableImageDeregistrationProtectionCommand(protection))
  await sunset(account)
  expect(await state(1)).toBe('disabled')
  await sandbox.post('clock', { advance: '15d' })
  await sunset(account)
  expect(await state(1)).toBe('recycled')
})

test('a member account is looked after by its own role, and what is held there stays', async () => {
  const account = newAccount()
  const member = newAccount()
  await seedFamily(sandbox, account, [{ ...HEAD, imageId: ownId(account, 0) }])
  await seedFamily(sandbox, member, [
    { ...HEAD, imageId: ownId(member, 0) },
    dueAt('current', ownId(member, 1)),
    { ...dueAt('current', ownId(member, 2)), tags: { 'ami-action:hold': 'audit' } }
  ])
  const { code, log } = await sunset(account, OPEN, { accounts: member, 'account-role': 'ami' })
  expect({ code, log }).toEqual({ code: 0, log: expect.stringContaining(`${member}/us-east-1: Deprecated`) })
  expect(await stateOf(sandbox, member, ownId(member, 1))).toBe('deprecated')
  expect(await stateOf(sandbox, member, ownId(member, 2))).toBe('available')
})
