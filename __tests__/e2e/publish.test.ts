import { CreateAutoScalingGroupCommand, DescribeInstanceRefreshesCommand } from '@aws-sdk/client-auto-scaling'
import {
  CreateLaunchTemplateCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeLaunchTemplateVersionsCommand,
  RunInstancesCommand
} from '@aws-sdk/client-ec2'
import { GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Job } from './support/action.ts'
import { makeGolden, ownTags } from './support/golden.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const HERE = 'us-east-1'
const THERE = 'eu-west-1'
const NAME = '/golden/web'

const RECIPE = `family: web
strategy: partial
base: { ssm: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64 }
regions: { ${HERE}: {}, ${THERE}: {} }
publish: { ssm: ${NAME}, launch-template: web }
`

const job = (account: string, inputs: Record<string, string> = {}, recipe = RECIPE, files = {}): Job =>
  new Job(sandbox, { account, files: { 'recipe.yml': recipe, ...files }, inputs: { command: 'publish', ...inputs } })

async function parameter(account: string, region: string, selector = ''): Promise<string | undefined> {
  const name = `${NAME}${selector}`
  try {
    return (await sandbox.ssm(account, region).send(new GetParameterCommand({ Name: name }))).Parameter?.Value
  } catch {
    return undefined
  }
}

async function template(account: string, region: string) {
  const request = { LaunchTemplateName: 'web', Versions: ['$Default'] }
  const answer = await sandbox.ec2(account, region).send(new DescribeLaunchTemplateVersionsCommand(request))
  return answer.LaunchTemplateVersions?.[0]
}

/** One version of the family in both regions. */
async function makeBoth(account: string, version: number, tags: Record<string, string> = {}): Promise<string[]> {
  const regions = [HERE, THERE]
  return Promise.all(regions.map(region => makeGolden(sandbox, { account, region, version, tags })))
}

async function makeTemplates(account: string, ImageId: string, UserData = ''): Promise<void> {
  for (const region of [HERE, THERE]) {
    const LaunchTemplateData = { ImageId, InstanceType: 't3.small', ...(UserData && { UserData }) } as const
    const request = { LaunchTemplateName: 'web', LaunchTemplateData }
    await sandbox.ec2(account, region).send(new CreateLaunchTemplateCommand(request))
  }
}

test('the first publication makes the parameter and the template in every region', async () => {
  const account = newAccount()
  const [here, there] = await makeBoth(account, 1)
  using publishing = job(account)
  const { code, log, outputs, summary } = await publishing.run()
  expect({ code, log }).toEqual({ code: 0, log: expect.not.stringContaining('::error') })
  expect(JSON.parse(outputs.images ?? '')).toEqual({ [HERE]: here, [THERE]: there })
  expect([await parameter(account, HERE), await parameter(account, THERE)]).toEqual([here, there])
  expect((await template(account, THERE))?.LaunchTemplateData?.ImageId).toBe(there)
  expect(summary).toContain('## ✅ Published web-1 in 2 places')
  expect(await ownTags(sandbox, { account }, here ?? '')).toMatchObject({ published: expect.stringMatching(/^20/) })
})

test('what instances are launched from is the new image, with the launch user data; other settings stay', async () => {
  const account = newAccount()
  const [old = ''] = await makeBoth(account, 1)
  await makeTemplates(account, old)
  const [here] = await makeBoth(account, 2)
  const text = `${RECIPE}launch: { user-data: launch.sh }\n`
  using publishing = job(account, {}, text, { 'launch.sh': '#!/bin/sh\necho hello\n' })
  const { code, log } = await publishing.run()
  expect({ code, log }).toEqual({ code: 0, log: expect.not.stringContaining('::error') })
  const found = await template(account, HERE)
  expect(found).toMatchObject({ VersionNumber: 2, LaunchTemplateData: { ImageId: here, InstanceType: 't3.small' } })
  expect(Buffer.from(found?.LaunchTemplateData?.UserData ?? '', 'base64').toString()).toContain('echo hello')
  const launch = { LaunchTemplate: { LaunchTemplateName: 'web' }, MinCount: 1, MaxCount: 1 }
  const { Instances } = await sandbox.ec2(account).send(new RunInstancesCommand(launch))
  expect(Instances?.[0]?.ImageId).toBe(here)
})

test('the image that it replaces gets its deprecation date only now, and stays protected', async () => {
  const account = newAccount()
  const [old = ''] = await makeBoth(account, 1)
  using first = job(account)
  await first.run()
  const [here = ''] = await makeBoth(account, 2)
  using second = job(account)
  expect((await second.run()).code).toBe(0)
  const { Images = [] } = await sandbox.ec2(account).send(new DescribeImagesCommand({ ImageIds: [old, here] }))
  const [before, after] = [old, here].map(id => Images.find(image => image.ImageId === id))
  expect(Date.parse(before?.DeprecationTime ?? '')).toBeGreaterThan(Date.now())
  expect(after?.DeprecationTime).toBeUndefined()
  expect([before, after].map(image => image?.DeregistrationProtection)).toEqual(Array(2).fill('enabled-with-cooldown'))
  expect(await ownTags(sandbox, { account }, old)).toMatchObject({ superseded: expect.stringMatching(/^20/) })
})

test('a second run changes nothing', async () => {
  const account = newAccount()
  await makeBoth(account, 1)
  using first = job(account)
  await first.run()
  const before = await sandbox.calls(account)
  using second = job(account)
  const { code, summary } = await second.run()
  expect({ code, summary }).toEqual({ code: 0, summary: expect.stringContaining('was published already') })
  const calls = (await sandbox.calls(account)).slice(before.length).map(({ operation }) => operation)
  expect(calls.filter(name => !/^(?:Describe|Get)/.test(name))).toEqual([])
})

test('it is shared with whom the recipe names, and member accounts get their own parameter', async () => {
  const [account, member] = [newAccount(), newAccount()]
  const [here = ''] = await makeBoth(account, 1)
  const text = `${RECIPE}share: { accounts: ["${member}"] }\n`
  using publishing = job(account, { accounts: member, 'account-role': 'ami', regions: HERE }, text)
  const { code, log, outputs } = await publishing.run()
  expect({ code, log }).toEqual({ code: 0, log: expect.not.stringContaining('::error') })
  expect(JSON.parse(outputs.images ?? '')).toEqual({ [HERE]: here, [`${member}/${HERE}`]: here })
  expect(await parameter(member, HERE)).toBe(here)
  const attribute = new DescribeImageAttributeCommand({ ImageId: here, Attribute: 'launchPermission' })
  expect((await sandbox.ec2(account).send(attribute)).LaunchPermissions).toEqual([{ UserId: member }])
})

test('rings: an image reaches them one by one; the template follows the last one', async () => {
  const account = newAccount()
  const [old = ''] = await makeBoth(account, 1)
  await makeTemplates(account, old)
  const [here] = await makeBoth(account, 2)
  const text = RECIPE.replace('web }', 'web, rings: [canary, stable] }')
  using early = job(account, { ring: 'stable' }, text)
  expect((await early.run()).log).toMatch(/::error::us-east-1: Expected the ring canary of the parameter/)
  using canary = job(account, {}, text)
  expect((await canary.run()).code).toBe(0)
  expect([await parameter(account, HERE, ':canary'), await parameter(account, HERE, ':stable')]).toEqual([
    here,
    undefined
  ])
  expect((await template(account, HERE))?.LaunchTemplateData?.ImageId).toBe(old)
  using stable = job(account, { ring: 'stable' }, text)
  expect((await stable.run()).code).toBe(0)
  expect(await parameter(account, HERE, ':stable')).toBe(here)
  expect((await template(account, HERE))?.LaunchTemplateData?.ImageId).toBe(here)
})

describe('where one region fails', () => {
  async function failThere(inputs: Record<string, string>) {
    const account = newAccount()
    const [old = ''] = await makeBoth(account, 1)
    await makeTemplates(account, old)
    await sandbox.ssm(account).send(new PutParameterCommand({ Name: NAME, Value: old, Type: 'String' }))
    const [here] = await makeBoth(account, 2)
    await sandbox.post('faults', {
      account,
      region: THERE,
      operation: 'ModifyLaunchTemplate',
      action: 'error',
      code: 'OperationNotPermitted',
      message: 'not now',
      status: 400
    })
    using publishing = job(account, inputs)
    const ended = await publishing.run()
    await sandbox.release()
    return { account, old, here, ...ended }
  }

  test('revert switches the others back', async () => {
    const { account, old, code, log, outputs, summary } = await failThere({})
    expect({ code, log }).toEqual({ code: 1, log: expect.stringContaining('OperationNotPermitted: not now') })
    expect(outputs).toMatchObject({ images: '{}', 'failed-regions': `["${THERE}"]` })
    expect([await parameter(account, HERE), await parameter(account, THERE)]).toEqual([old, undefined])
    expect((await template(account, HERE))?.LaunchTemplateData?.ImageId).toBe(old)
    expect(summary).toContain('every place has what it had before')
  })

  test('continue keeps what works, and lists the rest', async () => {
    const { account, here, code, outputs, summary } = await failThere({ 'on-region-failure': 'continue' })
    expect({ code, images: outputs.images }).toEqual({ code: 1, images: JSON.stringify({ [HERE]: here }) })
    expect(outputs['failed-regions']).toBe(`["${THERE}"]`)
    expect(await parameter(account, HERE)).toBe(here)
    expect(summary).toContain('## ⚠️ Published web-2 in 1 of 2 places')
    using again = job(account)
    expect((await again.run()).code).toBe(0)
  })
})

test('a parameter that somebody has made by hand is not deleted where another region fails', async () => {
  const account = newAccount()
  const [here = ''] = await makeBoth(account, 1)
  await makeTemplates(account, here)
  await sandbox.ssm(account).send(new PutParameterCommand({ Name: NAME, Value: here, Type: 'String' }))
  const denied = { action: 'error', code: 'AccessDeniedException', status: 400 }
  await sandbox.post('faults', { account, region: THERE, operation: 'PutParameter', ...denied })
  using publishing = job(account)
  expect((await publishing.run()).code).toBe(1)
  await sandbox.release()
  expect([await parameter(account, HERE), await parameter(account, THERE)]).toEqual([here, undefined])
})

test('two publications at once: the one that was overtaken in a region says so', async () => {
  const account = newAccount()
  const [old = ''] = await makeBoth(account, 1)
  const [here = ''] = await makeBoth(account, 2)
  await sandbox.post('faults', { account, region: THERE, operation: 'PutParameter', action: 'hold', when: 'before' })
  using publishing = job(account)
  const ended = publishing.start()
  await sandbox.called(account, 'CreateLaunchTemplate')
  const overtaking = { Name: NAME, Value: old, Type: 'String', Overwrite: true } as const
  await sandbox.ssm(account).send(new PutParameterCommand(overtaking))
  await sandbox.release()
  const { code, log } = await ended
  const told = `Expected the parameter ${NAME} to hold ${here} still, found ${old}: something else has changed it`
  expect({ code, log }).toEqual({ code: 1, log: expect.stringContaining(`::error::${HERE}: ${told}`) })
})

describe('an image is refused, before anything is changed, that', () => {
  const PAST = '2026-01-02T00:00:00.000Z'
  test.each<[name: string, tags: Record<string, string>, error: RegExp]>([
    ['was never verified', { verified: '' }, /which was never verified/],
    ['did not pass', { verified: `failed boots ${PAST}` }, /which did not pass: failed boots|found none/],
    ['is not valid any more', { 'valid-until': PAST }, /which was valid until 2026-01-02/],
    ['is of the channel test', { channel: 'test' }, /found none|channel test/],
    [
      'was rolled back',
      { 'rolled-back': `${PAST} someone: broken` },
      /has the content of ami-\w+, which was rolled back/
    ]
  ])('%s', async (_, tags, error) => {
    const account = newAccount()
    await makeBoth(account, 1, tags)
    const before = (await sandbox.calls(account)).length
    using publishing = job(account)
    const { code, log } = await publishing.run()
    expect({ code, log }).toEqual({ code: 1, log: expect.stringMatching(error) })
    const calls = (await sandbox.calls(account)).slice(before).map(({ operation }) => operation)
    expect(calls.filter(name => !/^(?:Describe|Get)/.test(name))).toEqual([])
  })
})

test('an instance refresh replaces the instances of a group; one that would not follow is refused first', async () => {
  const account = newAccount()
  const [old = ''] = await makeBoth(account, 1)
  await makeTemplates(account, old)
  const autoscaling = sandbox.autoscaling(account)
  const group = { MinSize: 1, MaxSize: 1, AvailabilityZones: ['us-east-1a'] }
  for (const [name, Version] of Object.entries({ web: '$Default', pinned: '1' })) {
    const LaunchTemplate = { LaunchTemplateName: 'web', Version }
    await autoscaling.send(new CreateAutoScalingGroupCommand({ ...group, AutoScalingGroupName: name, LaunchTemplate }))
  }
  const [here] = await makeBoth(account, 2)
  const text = (groups: string) => RECIPE.replace('web }', `web, instance-refresh: [${groups}] }`)
  using refused = job(account, {}, text('web, pinned'))
  expect((await refused.run()).log).toMatch(
    /Expected the Auto Scaling group pinned to launch the default version of web, found version 1/
  )
  expect((await template(account, HERE))?.LaunchTemplateData?.ImageId).toBe(old)
  using publishing = job(account, {}, text('web'))
  const { code, log } = await publishing.run()
  expect({ code, log }).toEqual({ code: 0, log: expect.stringContaining('instance refresh of web') })
  const refreshes = await autoscaling.send(new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: 'web' }))
  expect(refreshes.InstanceRefreshes).toHaveLength(1)
  expect((await template(account, HERE))?.LaunchTemplateData?.ImageId).toBe(here)
})

test('a parameter of another type is told before anything is changed', async () => {
  const account = newAccount()
  await makeBoth(account, 1)
  await sandbox.ssm(account).send(new PutParameterCommand({ Name: NAME, Value: 'secret', Type: 'SecureString' }))
  using publishing = job(account)
  const { code, log } = await publishing.run()
  expect({ code, log }).toEqual({ code: 1, log: expect.stringContaining('of the type String, found SecureString') })
  expect((await sandbox.calls(account)).filter(({ operation }) => operation === 'CreateLaunchTemplate')).toEqual([])
})

test('a cancelled publication is switched back', async () => {
  const account = newAccount()
  const [old = ''] = await makeBoth(account, 1)
  using first = job(account)
  await first.run()
  await makeBoth(account, 2)
  await sandbox.post('faults', {
    account,
    region: THERE,
    operation: 'ModifyLaunchTemplate',
    action: 'timeout',
    count: 1
  })
  using publishing = job(account)
  const ended = publishing.start()
  const made = (await sandbox.meant(account, 'ModifyLaunchTemplate')).length
  await sandbox.called(account, 'ModifyLaunchTemplate', made + 2)
  publishing.kill('SIGINT')
  const { code, log } = await ended
  await sandbox.release()
  expect({ code, log }).toEqual({ code: 1, log: expect.stringContaining('cancelled') })
  expect(await parameter(account, HERE)).toBe(old)
  expect((await template(account, HERE))?.LaunchTemplateData?.ImageId).toBe(old)
})

test('dry-run shows the plan and changes nothing', async () => {
  const account = newAccount()
  await makeBoth(account, 1)
  const before = (await sandbox.calls(account)).length
  using publishing = job(account, { 'dry-run': 'true' })
  const { code, log, summary } = await publishing.run()
  expect({ code, log }).toEqual({ code: 0, log: expect.stringMatching(/parameter \/golden\/web: new, with ami-/) })
  expect(summary).toContain('## 📝 Plan for web-1 in 2 places; nothing was changed')
  const calls = (await sandbox.calls(account)).slice(before).map(({ operation }) => operation)
  expect(calls.filter(name => !/^(?:Describe|Get)/.test(name))).toEqual([])
})
