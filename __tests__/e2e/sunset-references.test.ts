import { CreateAutoScalingGroupCommand, CreateLaunchConfigurationCommand } from '@aws-sdk/client-auto-scaling'
import {
  CreateFleetCommand,
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DescribeSubnetsCommand,
  ModifyLaunchTemplateCommand,
  RequestSpotFleetCommand,
  RequestSpotInstancesCommand,
  RunInstancesCommand
} from '@aws-sdk/client-ec2'
import { LabelParameterVersionCommand, PutParameterCommand } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Job } from './support/action.ts'
import { HEAD, idOf, seedFamily, stateOf } from './support/family.ts'
import { recipe } from './support/recipes.ts'
import { newAccount, Sandbox } from './support/sandbox.ts'

const OLD = idOf(1)
const DAY_MS = 86_400_000
const DEPRECATED = new Date(Date.now() - 20 * DAY_MS).toISOString()

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await Sandbox.start()
})
afterAll(() => sandbox[Symbol.asyncDispose]())

/** An account with a published image and one that was deprecated long enough ago to be disabled. */
async function account(): Promise<string> {
  const id = newAccount()
  const tags = { 'ami-action:stage': 'deprecated', 'ami-action:stage-since': DEPRECATED }
  await seedFamily(sandbox, id, [HEAD, { imageId: OLD, bakedDaysAgo: 90, tags, deprecatedAt: DEPRECATED }])
  return id
}

async function sunset(id: string, files: Record<string, string> = {}, more = '{ keep: 1 }') {
  using job = new Job(sandbox, {
    account: id,
    files: { 'recipe.yml': recipe(undefined, `sunset: ${more}`), ...files },
    inputs: { command: 'sunset' }
  })
  return await job.run()
}

type Use = (id: string) => Promise<unknown>

const launch: Use = id =>
  sandbox.ec2(id).send(new RunInstancesCommand({ ImageId: OLD, InstanceType: 't3.small', MinCount: 1, MaxCount: 1 }))

const template = async (id: string, ImageId = OLD): Promise<string> => {
  const command = new CreateLaunchTemplateCommand({
    LaunchTemplateName: 'web',
    LaunchTemplateData: { ImageId, InstanceType: 't3.small' }
  })
  return (await sandbox.ec2(id).send(command)).LaunchTemplate?.LaunchTemplateId ?? ''
}

/** The template's newest and default version has the published image; the old one is still there. */
const pinned = async (id: string): Promise<string> => {
  const LaunchTemplateId = await template(id)
  const data = { ImageId: HEAD.imageId, InstanceType: 't3.small' } as const
  await sandbox.ec2(id).send(new CreateLaunchTemplateVersionCommand({ LaunchTemplateId, LaunchTemplateData: data }))
  await sandbox.ec2(id).send(new ModifyLaunchTemplateCommand({ LaunchTemplateId, DefaultVersion: '2' }))
  return LaunchTemplateId
}

const put = (id: string, Value: string, Name = '/anything', DataType = 'text') =>
  sandbox.ssm(id).send(new PutParameterCommand({ Name, Value, Type: 'String', DataType, Overwrite: true }))

const group = async (id: string, more: object) =>
  sandbox.autoscaling(id).send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: 'web',
      MinSize: 0,
      MaxSize: 0,
      AvailabilityZones: ['us-east-1a'],
      ...more
    })
  )

const subnetOf = async (id: string): Promise<string> =>
  (await sandbox.ec2(id).send(new DescribeSubnetsCommand({}))).Subnets?.[0]?.SubnetId ?? ''

const USES: [string, Use, RegExp][] = [
  ['a running instance', launch, /used by the instance i-/],
  [
    'a launch template that nothing else names (aws-amicleaner #5, amigo #1507)',
    template,
    /used by version 1 of the launch template web/
  ],
  [
    // https://github.com/github-aws-runners/terraform-aws-github-runner/issues/4571
    'a launch template by way of a parameter of whatever name',
    async id => {
      await put(id, OLD, '/runners/ami_id', 'aws:ec2:image')
      await template(id, 'resolve:ssm:/runners/ami_id')
    },
    /used by the parameter \/runners\/ami_id, version 1 of the launch template web, by way of resolve:ssm/
  ],
  [
    'an old version of a launch template, which only EC2 itself finds (aws-amicleaner #266: it says which)',
    pinned,
    /it is used by arn:aws:ec2:us-east-1:\d+:launch-template\/lt-/
  ],
  [
    'a launch configuration that no group has (wata727 #30)',
    id =>
      sandbox.autoscaling(id).send(
        new CreateLaunchConfigurationCommand({
          LaunchConfigurationName: 'web',
          ImageId: OLD,
          InstanceType: 't3.small'
        })
      ),
    /used by the launch configuration web/
  ],
  [
    'an empty Auto Scaling group with a version of its own (aws-amicleaner #90)',
    async id => group(id, { LaunchTemplate: { LaunchTemplateId: await pinned(id), Version: '1' } }),
    /used by the Auto Scaling group web/
  ],
  [
    'an override of a mixed instances policy',
    async id => {
      const LaunchTemplateId = await pinned(id)
      const LaunchTemplate = {
        LaunchTemplateSpecification: { LaunchTemplateId, Version: '2' },
        Overrides: [{ InstanceType: 't3.small', LaunchTemplateSpecification: { LaunchTemplateId, Version: '1' } }]
      }
      await group(id, { MixedInstancesPolicy: { LaunchTemplate } })
    },
    /used by the Auto Scaling group web/
  ],
  [
    'a fleet with a version of its own',
    async id =>
      sandbox.ec2(id).send(
        new CreateFleetCommand({
          Type: 'request',
          TargetCapacitySpecification: { TotalTargetCapacity: 0, DefaultTargetCapacityType: 'spot' },
          LaunchTemplateConfigs: [{ LaunchTemplateSpecification: { LaunchTemplateId: await pinned(id), Version: '1' } }]
        })
      ),
    /used by the fleet fleet-/
  ],
  [
    'a spot fleet',
    async id =>
      sandbox.ec2(id).send(
        new RequestSpotFleetCommand({
          SpotFleetRequestConfig: {
            IamFleetRole: `arn:aws:iam::${id}:role/fleet`,
            TargetCapacity: 0,
            LaunchSpecifications: [{ ImageId: OLD, InstanceType: 't3.small', SubnetId: await subnetOf(id) }]
          }
        })
      ),
    /used by the spot fleet sfr-/
  ],
  [
    'a spot request that is open',
    id =>
      sandbox.ec2(id).send(
        new RequestSpotInstancesCommand({
          SpotPrice: '0.001',
          LaunchSpecification: { ImageId: OLD, InstanceType: 't3.small' }
        })
      ),
    /used by .*the spot request sir-/
  ],
  ['a parameter of any name and type', id => put(id, `{"ami":"${OLD}"}`), /used by the parameter \/anything/],
  [
    'the version before of a parameter: a rollback may go there',
    async id => {
      await put(id, OLD)
      await put(id, HEAD.imageId)
    },
    /used by version 1 of the parameter \/anything/
  ],
  [
    'a version of a parameter that has a label',
    async id => {
      for (const value of [OLD, ...Array.from({ length: 3 }, () => HEAD.imageId)]) await put(id, value)
      const request = { Name: '/anything', ParameterVersion: 1, Labels: ['stable'] }
      await sandbox.ssm(id).send(new LabelParameterVersionCommand(request))
    },
    /used by version 1 of the parameter \/anything/
  ],
  [
    'an image that was baked from it',
    id =>
      sandbox.post('seed', {
        account: id,
        images: [{ tags: { 'ami-action:managed': 'true', 'ami-action:base': OLD }, Image: { Name: 'child' } }]
      }),
    /used by the image ami-\w+, baked from it/
  ]
]

describe('an image stays while it is used by', () => {
  test.each(USES)('%s', async (_, use, said) => {
    const id = await account()
    await use(id)
    const { log, summary } = await sunset(id)
    expect(`${log}\n${summary.replaceAll('\\', '')}`).toMatch(said)
    expect(await stateOf(sandbox, id, OLD)).toBe('deprecated')
  })

  // https://github.com/compiler-explorer/infra/pull/2223
  test('a file of the repository that names it (terraform-provider-aws #673)', async () => {
    const id = await account()
    const { summary } = await sunset(id, { 'infra/main.tf': `ami = "${OLD}"` })
    expect(summary).toContain('it is used by the file infra/main.tf')
    expect(await stateOf(sandbox, id, OLD)).toBe('deprecated')
  })
})

test('what nothing uses is disabled', async () => {
  const id = await account()
  const { code, log } = await sunset(id)
  expect({ code, log, state: await stateOf(sandbox, id, OLD) }).toMatchObject({ code: 0, state: 'disabled' })
})

describe('where one read fails', () => {
  const DENIABLE = [
    ['ec2', 'DescribeInstances'],
    ['ec2', 'DescribeLaunchTemplateVersions'],
    ['autoscaling', 'DescribeAutoScalingGroups'],
    ['autoscaling', 'DescribeLaunchConfigurations'],
    ['ec2', 'DescribeFleets'],
    ['ec2', 'DescribeSpotFleetRequests'],
    ['ssm', 'DescribeParameters'],
    ['ssm', 'GetParameterHistory'],
    ['ec2', 'DescribeImageReferences'],
    ['ec2', 'DescribeImages']
  ]

  test.each(DENIABLE)('%s:%s denied: all is kept, and the missing action is named', async (service, operation) => {
    const id = await account()
    const { code, log } = await sandbox.denying(id, `${service}:${operation}`, () => sunset(id))
    expect({ code, log }).toEqual({
      code: 1,
      log: expect.stringContaining(`Allow the IAM action ${service}:${operation}`)
    })
    expect(await stateOf(sandbox, id, OLD)).toBe('deprecated')
  })
})
