import { CreateLaunchTemplateCommand, DescribeLaunchTemplateVersionsCommand } from '@aws-sdk/client-ec2'
import { GetParameterCommand } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Job } from './support/action.ts'
import { makeGolden } from './support/golden.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const REGIONS = ['us-east-1', 'eu-west-1'] as const
const RECIPE = `family: web
strategy: partial
base: { ssm: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64 }
regions: { ${REGIONS.join(': {}, ')}: {} }
share: { accounts: ["111122223333"] }
publish: { ssm: /golden/web, launch-template: web }
`

const job = (account: string, command: string): Job =>
  new Job(sandbox, { account, files: { 'recipe.yml': RECIPE }, inputs: { command } })

async function act(account: string, command: string) {
  using one = job(account, command)
  return await one.run()
}

type Ids = Readonly<Record<string, string>>

async function makeVersion(account: string, version: number): Promise<Ids> {
  const ids = await Promise.all(REGIONS.map(region => makeGolden(sandbox, { account, region, version })))
  return Object.fromEntries(REGIONS.map((region, i) => [region, ids[i] ?? '']))
}

/** The first version is published, the second is about to be. */
async function prepare(): Promise<{ account: string; old: Ids; fresh: Ids }> {
  const account = newAccount()
  const old = await makeVersion(account, 1)
  for (const region of REGIONS) {
    const request = { LaunchTemplateName: 'web', LaunchTemplateData: { ImageId: old[region] } }
    await sandbox.ec2(account, region).send(new CreateLaunchTemplateCommand(request))
  }
  expect((await act(account, 'publish')).code).toBe(0)
  return { account, old, fresh: await makeVersion(account, 2) }
}

/** By region: what the parameter holds and what the template launches, where both agree. */
async function launched(account: string): Promise<Ids> {
  const found = REGIONS.map(async region => {
    const request = { LaunchTemplateName: 'web', Versions: ['$Default'] }
    const [{ Parameter }, { LaunchTemplateVersions }] = await Promise.all([
      sandbox.ssm(account, region).send(new GetParameterCommand({ Name: '/golden/web' })),
      sandbox.ec2(account, region).send(new DescribeLaunchTemplateVersionsCommand(request))
    ])
    const template = LaunchTemplateVersions?.[0]?.LaunchTemplateData?.ImageId
    return [region, Parameter?.Value === template ? (template ?? '') : `${Parameter?.Value} and ${template}`]
  })
  return Object.fromEntries(await Promise.all(found))
}

async function killAt(account: string, operation: string, when: string, region = ''): Promise<void> {
  const made = (await sandbox.meant(account, operation)).length
  await sandbox.post('faults', { account, operation, action: 'hold', when, count: 1, ...(region && { region }) })
  using publishing = job(account, 'publish')
  const ended = publishing.start()
  await sandbox.called(account, operation, made + 1)
  if (region) await sandbox.called(account, 'PutParameter', 4)
  publishing.kill('SIGKILL')
  await ended
  await sandbox.release()
}

const CALLS = [
  'ModifyImageAttribute',
  'CreateLaunchTemplateVersion',
  'PutParameter',
  'ModifyLaunchTemplate',
  'EnableImageDeregistrationProtection',
  'EnableImageDeprecation',
  'CreateTags'
]

describe.each(CALLS)('killed at %s', operation => {
  test.each(['before', 'after'])('%s its effect: a rerun publishes in every region', async when => {
    const { account, fresh } = await prepare()
    await killAt(account, operation, when)
    const { code, log } = await act(account, 'publish')
    expect({ code, log }).toEqual({ code: 0, log: expect.not.stringContaining('::error') })
    expect(await launched(account)).toEqual(fresh)
  })
})

test.each(['PutParameter', 'ModifyLaunchTemplate'])(
  'killed at %s: where the rerun fails in the other region, both have what they had before the first attempt',
  async operation => {
    const { account, old } = await prepare()
    const [home, other] = REGIONS
    const elsewhere = { account, region: other, operation: 'PutParameter' }
    await sandbox.post('faults', { ...elsewhere, action: 'timeout' })
    await killAt(account, operation, 'after', home)
    await sandbox.post('faults', { ...elsewhere, action: 'error', code: 'AccessDeniedException', status: 400 })
    const { code, log } = await act(account, 'publish')
    await sandbox.release()
    expect({ code, log }).toEqual({ code: 1, log: expect.stringMatching(/::error::eu-west-1: .*ssm:PutParameter/) })
    expect(await launched(account)).toEqual(old)
  }
)

test.each(['CreateLaunchTemplateVersion', 'PutParameter', 'ModifyLaunchTemplate', 'CreateTags'])(
  'killed at %s: one rollback brings back what instances launched from',
  async operation => {
    const { account, old } = await prepare()
    await killAt(account, operation, 'after')
    const { code, log } = await act(account, 'rollback')
    if (code !== 0) expect(log).toMatch(/Expected a good image before/)
    expect(await launched(account)).toEqual(old)
  }
)

test.each(['ModifyLaunchTemplate', 'CreateTags'])(
  'a rollback killed at %s: run again, it ends where one that was not killed does',
  async operation => {
    const { account, old } = await prepare()
    expect((await act(account, 'publish')).code).toBe(0)
    const made = (await sandbox.meant(account, operation)).length
    // The bad image is marked in both regions before anything else.
    const skip = operation === 'CreateTags' ? REGIONS.length : 0
    await sandbox.post('faults', { account, operation, action: 'hold', skip })
    using first = job(account, 'rollback')
    const ended = first.start()
    await sandbox.called(account, operation, made + skip + 1)
    first.kill('SIGKILL')
    await ended
    await sandbox.release()
    const { code, log } = await act(account, 'rollback')
    expect({ code, log }).toEqual({ code: 0, log: expect.not.stringContaining('::error') })
    expect(await launched(account)).toEqual(old)
    const again = await act(account, 'rollback')
    expect(again.log).toMatch(/Expected a good image before/)
  }
)
