import {
  CreateLaunchTemplateCommand,
  DescribeImagesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DisableImageCommand,
  RunInstancesCommand
} from '@aws-sdk/client-ec2'
import { GetParameterCommand } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Job } from './support/action.ts'
import { makeGolden, ownTags } from './support/golden.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const [HERE, THERE] = ['us-east-1', 'eu-west-1']
const NAME = '/golden/web'
const RECIPE = `family: web
strategy: partial
base: { ssm: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64 }
regions: { ${HERE}: {}, ${THERE}: {} }
publish: { ssm: ${NAME}, launch-template: web }
`

async function act(account: string, command: string, inputs: Record<string, string> = {}, recipe = RECIPE) {
  const env = { GITHUB_ACTOR: 'octocat' }
  using job = new Job(sandbox, { account, files: { 'recipe.yml': recipe }, inputs: { command, ...inputs }, env })
  return await job.run()
}

/** A version of the family in both regions, published. Result: its ids, by region. */
async function publishVersion(account: string, version: number, recipe = RECIPE): Promise<Record<string, string>> {
  await Promise.all([HERE, THERE].map(region => makeGolden(sandbox, { account, region, version })))
  const { code, log, outputs } = await act(account, 'publish', {}, recipe)
  expect({ code, log }).toEqual({ code: 0, log: expect.not.stringContaining('::error') })
  return JSON.parse(outputs.images ?? '{}')
}

const parameter = async (account: string, region: string) =>
  (await sandbox.ssm(account, region).send(new GetParameterCommand({ Name: NAME }))).Parameter?.Value

async function templateImage(account: string, region: string): Promise<string | undefined> {
  const request = { LaunchTemplateName: 'web', Versions: ['$Default'] }
  const answer = await sandbox.ec2(account, region).send(new DescribeLaunchTemplateVersionsCommand(request))
  return answer.LaunchTemplateVersions?.[0]?.LaunchTemplateData?.ImageId
}

/** What instances are launched from: by the parameter, and by the template. */
async function launched(account: string, region: string): Promise<(string | undefined)[]> {
  return Promise.all([parameter(account, region), templateImage(account, region)])
}

test('one command brings back what instances launch from, everywhere, and holds the bad image', async () => {
  const account = newAccount()
  for (const region of [HERE, THERE]) {
    const request = { LaunchTemplateName: 'web', LaunchTemplateData: { InstanceType: 't3.small' } } as const
    await sandbox.ec2(account, region).send(new CreateLaunchTemplateCommand(request))
  }
  const good = await publishVersion(account, 1)
  const bad = await publishVersion(account, 2)
  const { code, log, outputs, summary } = await act(account, 'rollback', { reason: 'nginx <crashes>' })
  expect({ code, log }).toEqual({ code: 0, log: expect.not.stringContaining('::error') })
  expect(JSON.parse(outputs.images ?? '')).toEqual(good)
  for (const region of [HERE, THERE]) expect(await launched(account, region)).toEqual([good[region], good[region]])
  for (const ImageId of [`resolve:ssm:${NAME}`, undefined]) {
    const LaunchTemplate = { LaunchTemplateName: 'web' }
    const launch = { LaunchTemplate, MinCount: 1, MaxCount: 1, ...(ImageId && { ImageId }) }
    const { Instances } = await sandbox.ec2(account).send(new RunInstancesCommand(launch))
    expect(Instances?.[0]?.ImageId).toBe(good[HERE])
  }
  expect(await ownTags(sandbox, { account }, bad[HERE] ?? '')).toMatchObject({
    'rolled-back': expect.stringMatching(/^20.* octocat: nginx crashes$/)
  })
  expect(summary).toContain('## ✅ Rolled back in 2 places')
})

test('the same content is not published again, unless forced', async () => {
  const account = newAccount()
  await publishVersion(account, 1)
  await publishVersion(account, 2)
  await act(account, 'rollback')
  const [id, other] = await Promise.all(
    [HERE, THERE].map(region => {
      const tags = { digest: 'digest-2' }
      return makeGolden(sandbox, { account, region, version: 3, tags })
    })
  )
  const refused = await act(account, 'publish')
  expect(refused.log).toMatch(/has the content of ami-\w+, which was rolled back \(20.* octocat\)/)
  const forced = await act(account, 'publish', { force: 'true' })
  expect({ code: forced.code, images: forced.outputs.images }).toEqual({
    code: 0,
    images: JSON.stringify({ [HERE]: id, [THERE]: other })
  })
})

test('an image that was deprecated and disabled meanwhile is brought back, its sharing included', async () => {
  const [account, friend] = [newAccount(), newAccount()]
  const text = `${RECIPE}share: { accounts: ["${friend}"] }\n`
  const good = await publishVersion(account, 1, text)
  await publishVersion(account, 2, text)
  const ImageId = good[HERE] ?? ''
  await sandbox.ec2(account).send(new DisableImageCommand({ ImageId }))
  const { code, log } = await act(account, 'rollback', {}, text)
  expect({ code, log }).toEqual({ code: 0, log: expect.stringContaining(`enable ${ImageId}`) })
  const seen = await sandbox.ec2(friend).send(new DescribeImagesCommand({ ImageIds: [ImageId] }))
  expect(seen.Images?.[0]).toMatchObject({ State: 'available' })
  expect(seen.Images?.[0]?.DeprecationTime).toBeUndefined()
})

test('it goes on past a region that fails; a rerun completes and does not go back further', async () => {
  const account = newAccount()
  await publishVersion(account, 1)
  const good = await publishVersion(account, 2)
  const bad = await publishVersion(account, 3)
  const down = { account, region: THERE, service: 'ec2', action: 'error', code: 'InternalFailure', status: 400 }
  await sandbox.post('faults', { ...down, message: 'the region is down' })
  const first = await act(account, 'rollback')
  await sandbox.release()
  expect({ code: first.code, failed: first.outputs['failed-regions'] }).toEqual({ code: 1, failed: `["${THERE}"]` })
  expect(await launched(account, HERE)).toEqual([good[HERE], good[HERE]])
  expect(await launched(account, THERE)).toEqual([bad[THERE], bad[THERE]])
  const { code, log } = await act(account, 'rollback')
  expect({ code, log }).toEqual({ code: 0, log: expect.not.stringContaining('::error') })
  for (const region of [HERE, THERE]) expect(await launched(account, region)).toEqual([good[region], good[region]])
})

test('it says what does not follow by itself', async () => {
  const account = newAccount()
  await publishVersion(account, 1)
  const bad = await publishVersion(account, 2)
  const launch = { ImageId: bad[HERE], InstanceType: 't3.small', MinCount: 2, MaxCount: 2 } as const
  await sandbox.ec2(account).send(new RunInstancesCommand(launch))
  const { log, summary } = await act(account, 'rollback')
  const sentence = `2 instances run from ${bad[HERE]} on: replace them`
  expect(log).toContain(`::warning::us-east-1: ${sentence}`)
  expect(summary).toMatch(/### What does not follow by itself\n\n- us-east-1: 2 instances run/)
})

test('an image can be named; one that is not known to be good is refused', async () => {
  const account = newAccount()
  const first = await publishVersion(account, 1)
  await publishVersion(account, 2)
  await publishVersion(account, 3)
  const unknown = await makeGolden(sandbox, { account, version: 4, tags: { verified: '' } })
  const refused = await act(account, 'rollback', { 'image-id': unknown })
  expect(refused.log).toMatch(/Expected an image that is known to be good, found ami-\w+ \(verified: never\)/)
  expect((await act(account, 'rollback', { 'image-id': first[HERE] ?? '' })).code).toBe(0)
  expect(await launched(account, THERE)).toEqual([first[THERE], first[THERE]])
})

test('without a good image before, it says so and changes nothing', async () => {
  const account = newAccount()
  await publishVersion(account, 1)
  const before = (await sandbox.calls(account)).length
  const { code, log } = await act(account, 'rollback')
  expect({ code, log }).toEqual({
    code: 1,
    log: expect.stringMatching(/Expected a good image before ami-\w+, found none/)
  })
  const calls = (await sandbox.calls(account)).slice(before).map(({ operation }) => operation)
  expect(calls.filter(name => !/^(?:Describe|Get)/.test(name))).toEqual([])
})
