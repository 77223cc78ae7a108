import { CreateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling'
import { CreateLaunchTemplateCommand, DisableImageCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll } from '@jest/globals'
import { Job, type JobOptions } from './support/action.ts'
import { makeGolden } from './support/golden.ts'
import { makeKey } from './support/image.ts'
import type { Scenario } from './support/policies.ts'
import { testPolicy } from './support/policy-tests.ts'
import { Sandbox } from './support/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start('--guests', 'scripted')
})
afterAll(() => sandbox[Symbol.asyncDispose]())

const FRIEND = '111122223333'
const RECIPE = `family: web
strategy: partial
base: { ssm: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64 }
share: { accounts: ["${FRIEND}"] }
publish: { ssm: /golden/web, launch-template: web }
`
const BOTH = RECIPE.replace('publish:', 'regions: { us-east-1: {}, eu-west-1: {} }\npublish:')
const WITH_GROUP = RECIPE.replace('web }', 'web, instance-refresh: [web] }')
const ONE_RING = RECIPE.replace('web }', 'web, rings: [stable] }')
const WITH_RINGS = BOTH.replace('web }', 'web, rings: [canary, stable] }')

const job = (recipe: string, command = 'publish'): Omit<JobOptions, 'account'> => ({
  files: { 'recipe.yml': recipe },
  inputs: { command }
})

async function act(account: string, recipe: string): Promise<void> {
  using published = new Job(sandbox, { account, ...job(recipe) })
  const { code, log } = await published.run()
  if (code !== 0) throw new Error(log)
}

/** A version of the family, with a key that those whom it is shared with may use. */
async function make(account: string, version: number, tags = {}): Promise<string> {
  const kmsKeyId = await makeKey(sandbox, account, 'us-east-1', `alias/v${version}`, [FRIEND])
  return makeGolden(sandbox, { account, version, kmsKeyId, tags })
}

const makeBoth = (account: string, version: number): Promise<unknown> =>
  Promise.all([make(account, version), makeGolden(sandbox, { account, region: 'eu-west-1', version })])

async function makeTemplate(account: string, ImageId: string): Promise<void> {
  const LaunchTemplateData = { ImageId, InstanceType: 't3.small' } as const
  await sandbox.ec2(account).send(new CreateLaunchTemplateCommand({ LaunchTemplateName: 'web', LaunchTemplateData }))
}

async function makeGroup(account: string): Promise<void> {
  const request = {
    AutoScalingGroupName: 'web',
    MinSize: 0,
    MaxSize: 0,
    AvailabilityZones: ['us-east-1a'],
    LaunchTemplate: { LaunchTemplateName: 'web', Version: '$Default' }
  }
  await sandbox.autoscaling(account).send(new CreateAutoScalingGroupCommand(request))
}

/** From now on the other region refuses this. */
const breakThere = (account: string, operation: string) =>
  sandbox.post('faults', { account, region: 'eu-west-1', operation, action: 'error', code: 'Broken' })

const PUBLISH: Scenario[] = [
  {
    name: 'the first image of a family',
    prepare: async account => {
      await make(account, 1)
      return job(RECIPE)
    }
  },
  {
    name: 'a successor, whose group is refreshed',
    prepare: async account => {
      await makeTemplate(account, await make(account, 1))
      await act(account, RECIPE)
      await makeGroup(account)
      await make(account, 2, { ring: 'canary' })
      return job(WITH_GROUP)
    }
  },
  {
    name: 'a first publication that is taken back, for another region fails',
    prepare: async account => {
      await makeBoth(account, 1)
      await breakThere(account, 'PutParameter')
      return job(BOTH)
    },
    code: 1
  },
  {
    name: 'a successor that is taken back',
    prepare: async account => {
      await makeBoth(account, 1)
      await act(account, BOTH)
      await makeBoth(account, 2)
      await breakThere(account, 'PutParameter')
      return job(BOTH)
    },
    code: 1
  },
  {
    name: 'a first ring that is taken back',
    prepare: async account => {
      await makeBoth(account, 1)
      await act(account, BOTH)
      await makeBoth(account, 2)
      await breakThere(account, 'PutParameter')
      return job(WITH_RINGS)
    },
    code: 1
  }
]

const ROLLBACK: Scenario[] = [
  {
    name: 'the image before, which was deprecated meanwhile',
    prepare: async account => {
      await make(account, 1)
      await act(account, RECIPE)
      await make(account, 2)
      await act(account, RECIPE)
      return job(RECIPE, 'rollback')
    }
  },
  {
    name: 'the image before, which was disabled meanwhile, in a ring',
    prepare: async account => {
      const id = await make(account, 1)
      await act(account, ONE_RING)
      await make(account, 2)
      await act(account, ONE_RING)
      await sandbox.ec2(account).send(new DisableImageCommand({ ImageId: id }))
      return job(ONE_RING, 'rollback')
    }
  }
]

testPolicy({
  name: 'publish',
  sandbox: () => sandbox,
  scenarios: PUBLISH,
  // They tell whether those whom the image is shared with can use its keys.
  bestEffort: ['kms:DescribeKey', 'kms:GetKeyPolicy']
})
testPolicy({
  name: 'rollback',
  sandbox: () => sandbox,
  scenarios: ROLLBACK,
  // They tell what a rollback does not reach.
  bestEffort: ['autoscaling:DescribeAutoScalingGroups', 'ec2:DescribeInstances']
})
