import { CreateLaunchTemplateCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Ended, Job } from './support/action.ts'
import { deny } from './support/deny.ts'
import { makeGolden } from './support/golden.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const RECIPE = `family: web
strategy: partial
base: { ssm: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64 }
share: { accounts: ["111122223333"] }
publish: { ssm: /golden/web, launch-template: web }
verify: { checks: { boots: "off" } }
`

async function act(account: string, command: string): Promise<Ended> {
  using job = new Job(sandbox, { account, files: { 'recipe.yml': RECIPE }, inputs: { command } })
  return await job.run()
}

/** Two versions of the family: the first is published, the second could be. */
async function prepare(): Promise<string> {
  const account = newAccount()
  const LaunchTemplateData = { InstanceType: 't3.small' } as const
  await sandbox.ec2(account).send(new CreateLaunchTemplateCommand({ LaunchTemplateName: 'web', LaunchTemplateData }))
  await makeGolden(sandbox, { account, version: 1 })
  expect((await act(account, 'publish')).code).toBe(0)
  await makeGolden(sandbox, { account, version: 2 })
  return account
}

const pathTo = {
  verify: prepare,
  publish: prepare,
  rollback: async () => {
    const account = await prepare()
    expect((await act(account, 'publish')).code).toBe(0)
    return account
  }
}

const ACTIONS = {
  verify: ['ec2:DescribeImages', 'ec2:DescribeSnapshots', 'ec2:DescribeImageAttribute', 'ec2:CreateTags'],
  publish: [
    'ec2:DescribeImages',
    'ec2:DescribeImageAttribute',
    'ec2:DescribeLaunchTemplateVersions',
    'ec2:ModifyImageAttribute',
    'ec2:CreateLaunchTemplateVersion',
    'ec2:ModifyLaunchTemplate',
    'ec2:EnableImageDeregistrationProtection',
    'ec2:EnableImageDeprecation',
    'ec2:CreateTags',
    'ssm:GetParameterHistory',
    'ssm:GetParameter',
    'ssm:PutParameter'
  ],
  rollback: [
    'ec2:DescribeImages',
    'ec2:DescribeLaunchTemplateVersions',
    'ec2:DisableImageDeprecation',
    'ec2:ModifyLaunchTemplate',
    'ec2:CreateTags',
    'ec2:DeleteTags',
    'ssm:GetParameterHistory',
    'ssm:PutParameter'
  ]
} as const

const COMMANDS = ['verify', 'publish', 'rollback'] as const

describe.each(COMMANDS)('%s', command => {
  test.each(ACTIONS[command])('without %s it fails, and says so', async action => {
    const account = await pathTo[command]()
    await deny(sandbox, account, action)
    const { code, log } = await act(account, command)
    const errors = log.split('\n').filter(line => line.startsWith('::error'))
    expect({ code, errors }).toEqual({
      code: 1,
      errors: expect.arrayContaining([expect.stringContaining(`Allow the IAM action ${action} for this role`)])
    })
  })
})
