import {
  CreateLaunchConfigurationCommand,
  CreateOrUpdateTagsCommand,
  SetDesiredCapacityCommand,
  UpdateAutoScalingGroupCommand
} from '@aws-sdk/client-auto-scaling'
import {
  DeregisterImageCommand,
  DescribeInstancesCommand,
  DisableImageCommand,
  EnableImageCommand,
  type Instance
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { advance, type Clients, clientsFor, serve, served } from '../../support/sandbox.ts'
import { IMAGES, seeder } from '../ec2/fixture.ts'
import { createImage, launched } from '../ec2/make.ts'
import { activitiesOf, makeGroup, memberIdsOf, membersOf } from './group.ts'
import { addVersion, makeTemplate } from './templates.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))

const settle = (seconds = 1) => advance(sandbox, seconds)

async function instancesOf(clients: Clients, name?: string): Promise<Instance[]> {
  const InstanceIds = await memberIdsOf(clients, name)
  const { Reservations = [] } = await clients.ec2.send(new DescribeInstancesCommand({ InstanceIds }))
  return Reservations.flatMap(({ Instances = [] }) => Instances)
}

/** An image of the account's own. */
async function makeImage(clients: Clients): Promise<string> {
  const id = await createImage(clients, { InstanceId: await launched(sandbox, clients, 'stopped'), Name: 'golden' })
  await settle()
  return id
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchTemplateSpecification.html
describe('a group with a launch template', () => {
  test.each([
    ['$Latest', '2'],
    ['$Default', '2'],
    [undefined, '2'],
    ['1', '1']
  ])('of the version %s launches version %s, and says which', async (Version, expected) => {
    const clients = clientsFor(sandbox.url)
    const LaunchTemplateId = await makeTemplate(clients)
    await addVersion(clients, LaunchTemplateId, { InstanceType: 't3.small' })
    await makeGroup(clients, { LaunchTemplate: { LaunchTemplateId, Version }, DesiredCapacity: 1 })
    await settle()
    const InstanceType = expected === '2' ? 't3.small' : 't3.micro'
    const LaunchTemplate = { LaunchTemplateId, LaunchTemplateName: 'web', Version: expected }
    expect(await membersOf(clients)).toMatchObject([{ InstanceType, LaunchTemplate }])
    const [instance] = await instancesOf(clients)
    expect(instance?.InstanceType).toBe(InstanceType)
    expect(instance?.Tags).toEqual(
      expect.arrayContaining([
        { Key: 'aws:autoscaling:groupName', Value: 'web' },
        { Key: 'aws:ec2launchtemplate:id', Value: LaunchTemplateId },
        { Key: 'aws:ec2launchtemplate:version', Value: expected }
      ])
    )
  })

  // The refusal: https://github.com/ryanmurakami/hbfl/issues/58
  test.each([
    ['that does not exist', 'ami-0123456789abcdef0'],
    ['that is disabled', IMAGES.disabled]
  ])('whose image is one %s is refused', async (_, ImageId) => {
    const clients = clientsFor(sandbox.url)
    const LaunchTemplateId = await makeTemplate(clients, { ImageId })
    const refused = makeGroup(clients, { LaunchTemplate: { LaunchTemplateId } })
    await expect(refused).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringMatching(`^You must use a valid fully-formed launch template. The image .*${ImageId}`)
    })
  })
})

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups.html
describe('a group with a mixed instances policy', () => {
  test('launches the first type of its overrides that has capacity', async () => {
    const clients = clientsFor(sandbox.url)
    const LaunchTemplateId = await makeTemplate(clients)
    const region = sandbox.world.region('us-east-1', clients.account)
    region.shortages.push({ instanceType: 'c5.large' })
    const LaunchTemplateSpecification = { LaunchTemplateId, Version: '$Latest' }
    const Overrides = [{ InstanceType: 'c5.large' }, { InstanceType: 'm5.large' }]
    await makeGroup(clients, { MixedInstancesPolicy: { LaunchTemplate: { LaunchTemplateSpecification, Overrides } } })
    await settle()
    expect((await membersOf(clients)).map(({ InstanceType }) => InstanceType)).toEqual(['m5.large', 'm5.large'])
    region.shortages.length = 0
  })

  // https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchTemplateOverrides.html
  test('an override can have a template and an image of its own', async () => {
    const clients = clientsFor(sandbox.url)
    const LaunchTemplateId = await makeTemplate(clients)
    const own = await makeTemplate(clients, {}, 'arm')
    const LaunchTemplateSpecification = { LaunchTemplateId }
    const Overrides = [
      { InstanceType: 't4g.micro', LaunchTemplateSpecification: { LaunchTemplateId: own }, ImageId: IMAGES.arm }
    ]
    await makeGroup(clients, { MixedInstancesPolicy: { LaunchTemplate: { LaunchTemplateSpecification, Overrides } } })
    await settle()
    const [member] = await membersOf(clients)
    expect(member).toMatchObject({ ImageId: IMAGES.arm, LaunchTemplate: { LaunchTemplateId: own } })
    expect((await instancesOf(clients)).map(({ ImageId }) => ImageId)).toEqual([IMAGES.arm, IMAGES.arm])
  })

  // https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html
  test('has a base on demand, and above it a percentage', async () => {
    const clients = clientsFor(sandbox.url)
    const LaunchTemplateId = await makeTemplate(clients)
    const InstancesDistribution = { OnDemandBaseCapacity: 1, OnDemandPercentageAboveBaseCapacity: 34 }
    const LaunchTemplate = { LaunchTemplateSpecification: { LaunchTemplateId } }
    await makeGroup(clients, { MixedInstancesPolicy: { LaunchTemplate, InstancesDistribution }, DesiredCapacity: 4 })
    await settle()
    const markets = (await instancesOf(clients)).map(({ InstanceLifecycle: market = 'on-demand' }) => market)
    expect(markets.filter(market => market === 'spot')).toHaveLength(1)
  })

  // https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups-instance-weighting.html
  test('counts the weights of its types', async () => {
    const clients = clientsFor(sandbox.url)
    const LaunchTemplateId = await makeTemplate(clients)
    const Overrides = [{ InstanceType: 'm5.large', WeightedCapacity: '2' }]
    const LaunchTemplate = { LaunchTemplateSpecification: { LaunchTemplateId }, Overrides }
    await makeGroup(clients, { MixedInstancesPolicy: { LaunchTemplate }, DesiredCapacity: 4 })
    await settle()
    expect(await membersOf(clients)).toMatchObject([{ WeightedCapacity: '2' }, { WeightedCapacity: '2' }])
  })

  test.each([
    ['without a template', {}, 'ValidationError'],
    [
      'with instance requirements, which are not modelled',
      {
        LaunchTemplateSpecification: { LaunchTemplateName: 'web' },
        Overrides: [{ InstanceRequirements: { VCpuCount: { Min: 1 }, MemoryMiB: { Min: 1 } } }]
      },
      'UnsupportedOperation'
    ]
  ])('%s is refused', async (_, LaunchTemplate, name) => {
    const clients = clientsFor(sandbox.url)
    await makeTemplate(clients)
    await expect(makeGroup(clients, { MixedInstancesPolicy: { LaunchTemplate } })).rejects.toMatchObject({ name })
  })
})

describe('a launch that fails', () => {
  // https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-ami.html: "The AMI might have been deleted after creating
  // the launch configuration". The form of the message: https://github.com/kubernetes/autoscaler/issues/1263
  test('because the image is gone is a failed activity with the error of EC2', async () => {
    const clients = clientsFor(sandbox.url)
    const ImageId = await makeImage(clients)
    const { autoscaling } = clients
    const LaunchConfigurationName = 'golden'
    const configuration = { LaunchConfigurationName, ImageId, InstanceType: 't3.micro' }
    await autoscaling.send(new CreateLaunchConfigurationCommand(configuration))
    await clients.ec2.send(new DeregisterImageCommand({ ImageId }))
    await makeGroup(clients, { LaunchConfigurationName })
    await settle()
    const message = `The image id '[${ImageId}]' does not exist. Launching EC2 instance failed.`
    expect(await activitiesOf(clients)).toMatchObject([
      {
        StatusCode: 'Failed',
        StatusMessage: message,
        Description: `Launching a new EC2 instance.  Status Reason: ${message}`,
        Progress: 100,
        EndTime: expect.any(Date)
      }
    ])
    expect(await membersOf(clients)).toEqual([])
  })

  test('because the image is disabled is tried again, less and less often, until it works', async () => {
    const clients = clientsFor(sandbox.url)
    const ImageId = await makeImage(clients)
    const LaunchTemplateId = await makeTemplate(clients, { ImageId })
    await makeGroup(clients, { LaunchTemplate: { LaunchTemplateId }, DesiredCapacity: 0 })
    await clients.ec2.send(new DisableImageCommand({ ImageId }))
    const command = new SetDesiredCapacityCommand({ AutoScalingGroupName: 'web', DesiredCapacity: 1 })
    await clients.autoscaling.send(command)
    const counts: number[] = []
    for (const seconds of [1, 60, 60, 60]) {
      await settle(seconds)
      counts.push((await activitiesOf(clients)).length)
    }
    expect(counts).toEqual([1, 2, 2, 3])
    expect((await activitiesOf(clients))[0]?.StatusMessage).toContain('its state is disabled')
    await clients.ec2.send(new EnableImageCommand({ ImageId }))
    await settle(240)
    expect(await membersOf(clients)).toMatchObject([{ LifecycleState: 'InService' }])
  })

  test('is made good by a new configuration at once', async () => {
    const clients = clientsFor(sandbox.url)
    const ImageId = await makeImage(clients)
    const LaunchTemplateId = await makeTemplate(clients, { ImageId })
    await makeGroup(clients, { LaunchTemplate: { LaunchTemplateId, Version: '1' }, DesiredCapacity: 0 })
    await clients.ec2.send(new DeregisterImageCommand({ ImageId }))
    await addVersion(clients, LaunchTemplateId)
    const update = (change: object) =>
      clients.autoscaling.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: 'web', ...change }))
    await update({ DesiredCapacity: 1 })
    await settle()
    expect(await membersOf(clients)).toEqual([])
    await update({ LaunchTemplate: { LaunchTemplateId, Version: '$Latest' } })
    await settle()
    expect(await membersOf(clients)).toHaveLength(1)
  })

  test('for want of capacity in one zone is made in another', async () => {
    const clients = clientsFor(sandbox.url)
    const { shortages } = sandbox.world.region('us-east-1', clients.account)
    shortages.push({ zone: 'us-east-1a', instanceType: 't3.micro' })
    await makeGroup(clients)
    await settle()
    const zones = (await membersOf(clients)).map(({ AvailabilityZone }) => AvailabilityZone)
    expect(zones).toEqual(['us-east-1b', 'us-east-1b'])
    shortages.length = 0
  })
})

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html
describe('tags of a group', () => {
  test('are those of the instances launched from then on, where they propagate; they prevail over the template', async () => {
    const clients = clientsFor(sandbox.url)
    const Tags = [{ Key: 'stage', Value: 'template' }]
    const LaunchTemplateId = await makeTemplate(clients, { TagSpecifications: [{ ResourceType: 'instance', Tags }] })
    await makeGroup(clients, {
      LaunchTemplate: { LaunchTemplateId },
      DesiredCapacity: 1,
      Tags: [
        { Key: 'stage', Value: 'group', PropagateAtLaunch: true },
        { Key: 'owner', Value: 'web', PropagateAtLaunch: false }
      ]
    })
    await settle()
    const late = { Key: 'late', Value: 'yes', PropagateAtLaunch: true }
    const tag = { ...late, ResourceId: 'web', ResourceType: 'auto-scaling-group' }
    await clients.autoscaling.send(new CreateOrUpdateTagsCommand({ Tags: [tag] }))
    const desired = new SetDesiredCapacityCommand({ AutoScalingGroupName: 'web', DesiredCapacity: 2 })
    await clients.autoscaling.send(desired)
    await settle()
    const tags = (await instancesOf(clients)).map(({ Tags: list = [] }) =>
      Object.fromEntries(list.filter(({ Key = '' }) => !Key.startsWith('aws:')).map(({ Key, Value }) => [Key, Value]))
    )
    expect(tags).toEqual([{ stage: 'group' }, { stage: 'group', late: 'yes' }])
  })
})
