import {
  type CreateAutoScalingGroupCommandInput,
  DeleteAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  paginateDescribeAutoScalingGroups,
  SetDesiredCapacityCommand,
  UpdateAutoScalingGroupCommand,
  type UpdateAutoScalingGroupCommandInput
} from '@aws-sdk/client-auto-scaling'
import { DescribeInstancesCommand, DescribeSubnetsCommand } from '@aws-sdk/client-ec2'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { advance, type Clients, clientsFor, serve, served } from '../../support/sandbox.ts'
import { seeder } from '../ec2/fixture.ts'
import { activitiesOf, groupOf, makeConfiguration, makeGroup, memberIdsOf, membersOf } from './group.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))

const settle = () => advance(sandbox, 1)

describe('a group', () => {
  // https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AutoScalingGroup.html
  test('is described with all members that the service always answers', async () => {
    const clients = clientsFor(sandbox.url)
    await makeGroup(clients, { DesiredCapacity: 0 })
    const arn = `^arn:aws:autoscaling:us-east-1:${clients.account}:autoScalingGroup:[0-9a-f-]{36}:autoScalingGroupName/web$`
    expect(await groupOf(clients)).toEqual({
      AutoScalingGroupName: 'web',
      AutoScalingGroupARN: expect.stringMatching(arn),
      LaunchConfigurationName: 'web-1',
      MinSize: 0,
      MaxSize: 4,
      DesiredCapacity: 0,
      DefaultCooldown: 300,
      AvailabilityZones: ['us-east-1a', 'us-east-1b'],
      LoadBalancerNames: [],
      TargetGroupARNs: [],
      HealthCheckType: 'EC2',
      HealthCheckGracePeriod: 0,
      Instances: [],
      CreatedTime: expect.any(Date),
      SuspendedProcesses: [],
      VPCZoneIdentifier: '',
      EnabledMetrics: [],
      Tags: [],
      TerminationPolicies: ['Default'],
      NewInstancesProtectedFromScaleIn: false,
      ServiceLinkedRoleARN: `arn:aws:iam::${clients.account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
      TrafficSources: []
    })
  })

  // https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html#arch-AutoScalingMultiAZ
  test('launches its instances evenly over its zones, marked as its own', async () => {
    const clients = clientsFor(sandbox.url)
    await makeGroup(clients, { DesiredCapacity: 4 })
    await settle()
    const members = await membersOf(clients)
    const zones = members.map(({ AvailabilityZone: zone }) => zone)
    expect(zones).toEqual(['us-east-1a', 'us-east-1b', 'us-east-1a', 'us-east-1b'])
    expect(members[0]).toEqual({
      InstanceId: expect.stringMatching(/^i-[0-9a-f]{17}$/),
      InstanceType: 't3.micro',
      AvailabilityZone: 'us-east-1a',
      LifecycleState: 'InService',
      HealthStatus: 'Healthy',
      LaunchConfigurationName: 'web-1',
      ProtectedFromScaleIn: false
    })
    const Filters = [{ Name: 'tag:aws:autoscaling:groupName', Values: ['web'] }]
    const { Reservations = [] } = await clients.ec2.send(new DescribeInstancesCommand({ Filters }))
    expect(Reservations.flatMap(({ Instances = [] }) => Instances.map(each => each.State?.Name))).toEqual(
      Array(4).fill('running')
    )
  })

  test('launches into its subnets', async () => {
    const clients = clientsFor(sandbox.url)
    const { Subnets = [] } = await clients.ec2.send(new DescribeSubnetsCommand({}))
    const third = Subnets.find(({ AvailabilityZone: zone }) => zone === 'us-east-1c')
    await makeGroup(clients, { VPCZoneIdentifier: third?.SubnetId, DesiredCapacity: 1 })
    await settle()
    expect(await groupOf(clients)).toMatchObject({
      VPCZoneIdentifier: third?.SubnetId,
      AvailabilityZones: ['us-east-1c'],
      Instances: [{ AvailabilityZone: 'us-east-1c' }]
    })
  })

  // https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html
  test.each<[string, Partial<CreateAutoScalingGroupCommandInput>, string, string | RegExp]>([
    ['of a name that exists', {}, 'AlreadyExistsFault', /A group with the name web already exists/],
    ['with a colon in its name', { AutoScalingGroupName: 'a:b' }, 'ValidationError', /autoScalingGroupName/],
    ['whose maximum is below its minimum', { MinSize: 5 }, 'ValidationError', /Max bound, 4, must be greater/],
    ['whose desired capacity is above its maximum', { DesiredCapacity: 9 }, 'ValidationError', /Desired capacity:9/],
    ['without zones', { AvailabilityZones: [] }, 'ValidationError', /At least one Availability Zone or VPC Subnet/],
    ['of a zone that is not there', { AvailabilityZones: ['us-east-1z'] }, 'ValidationError', /us-east-1z/],
    ['of a subnet that is not there', { VPCZoneIdentifier: 'subnet-1' }, 'ValidationError', /subnet-1/],
    ['of a launch configuration that is not there', { LaunchConfigurationName: 'no' }, 'ValidationError', /not found/],
    [
      'of two sources',
      { LaunchConfigurationName: 'web-1', LaunchTemplate: { LaunchTemplateName: 'web' } },
      'ValidationError',
      /Valid requests must contain either LaunchTemplate, LaunchConfigurationName/
    ],
    [
      'of a template that is not there',
      { LaunchTemplate: { LaunchTemplateName: 'no' } },
      'ValidationError',
      /You must use a valid fully-formed launch template\. The specified launch template, with template name no,/
    ],
    ['with what is not modelled', { PlacementGroup: 'rack' }, 'UnsupportedOperation', /PlacementGroup/],
    ['with ELB health checks', { HealthCheckType: 'EC2,ELB' }, 'UnsupportedOperation', /ELB/],
    ['with reserved tags', { Tags: [{ Key: 'aws:x', Value: '' }] }, 'ValidationError', /reserved/]
  ])('%s is refused', async (_, change, name, message) => {
    const clients = clientsFor(sandbox.url)
    await makeGroup(clients, { DesiredCapacity: 0 })
    const AutoScalingGroupName = name === 'AlreadyExistsFault' ? 'web' : 'web-2'
    const source = change.LaunchTemplate ? {} : { LaunchConfigurationName: 'web-1' }
    const request = makeGroup(clients, { AutoScalingGroupName, ...source, ...change })
    await expect(request).rejects.toMatchObject({ name, message: expect.stringMatching(message) })
    const { AutoScalingGroups } = await clients.autoscaling.send(new DescribeAutoScalingGroupsCommand({}))
    expect(AutoScalingGroups).toHaveLength(1)
  })

  test('is seen by its own account only; names that are not there are left out', async () => {
    const clients = clientsFor(sandbox.url)
    const AutoScalingGroupName = await makeGroup(clients)
    const AutoScalingGroupNames = [AutoScalingGroupName, 'nowhere']
    const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames })
    expect((await clients.autoscaling.send(command)).AutoScalingGroups).toHaveLength(1)
    expect((await clientsFor(sandbox.url).autoscaling.send(command)).AutoScalingGroups).toEqual([])
  })
})

describe('groups are described', () => {
  let clients: Clients
  beforeAll(async () => {
    clients = clientsFor(sandbox.url)
    const LaunchConfigurationName = await makeConfiguration(clients)
    for (const [n, stage] of ['prod', 'prod', 'test'].entries()) {
      const Tags = [{ Key: 'stage', Value: stage }, ...(n === 0 ? [{ Key: 'owner', Value: 'web' }] : [])]
      await makeGroup(clients, { AutoScalingGroupName: `web-${n}`, LaunchConfigurationName, Tags, DesiredCapacity: 1 })
    }
    await settle()
  })

  // https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Filter.html
  test.each([
    ['tag:stage', ['prod'], ['web-0', 'web-1']],
    ['tag:stage', ['prod', 'test'], ['web-0', 'web-1', 'web-2']],
    ['tag-key', ['owner'], ['web-0']],
    ['tag-value', ['test', 'web'], ['web-0', 'web-2']],
    ['tag:stage', ['Prod'], []]
  ])('by the filter %s = %j', async (Name, Values, expected) => {
    const command = new DescribeAutoScalingGroupsCommand({ Filters: [{ Name, Values }] })
    const { AutoScalingGroups = [] } = await clients.autoscaling.send(command)
    expect(AutoScalingGroups.map(group => group.AutoScalingGroupName)).toEqual(expected)
  })

  test('not by a filter that is not known', async () => {
    const command = new DescribeAutoScalingGroupsCommand({ Filters: [{ Name: 'name', Values: ['x'] }] })
    await expect(clients.autoscaling.send(command)).rejects.toMatchObject({ name: 'ValidationError' })
  })

  test('in pages', async () => {
    const pages: number[] = []
    for await (const page of paginateDescribeAutoScalingGroups({ client: clients.autoscaling, pageSize: 2 }, {})) {
      pages.push(page.AutoScalingGroups?.length ?? 0)
    }
    expect(pages).toEqual([2, 1])
  })

  test('without their instances where that is asked for', async () => {
    const command = new DescribeAutoScalingGroupsCommand({ IncludeInstances: false })
    const { AutoScalingGroups = [] } = await clients.autoscaling.send(command)
    expect(AutoScalingGroups.flatMap(({ Instances = [] }) => Instances)).toEqual([])
  })

  // https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingInstances.html
  test('by their instances; ids of no group are left out', async () => {
    const [id = ''] = await memberIdsOf(clients, 'web-1')
    const command = new DescribeAutoScalingInstancesCommand({ InstanceIds: [id, 'i-00000000000000000'] })
    const { AutoScalingInstances } = await clients.autoscaling.send(command)
    expect(AutoScalingInstances).toEqual([
      {
        InstanceId: id,
        InstanceType: 't3.micro',
        AutoScalingGroupName: 'web-1',
        AvailabilityZone: 'us-east-1a',
        LifecycleState: 'InService',
        HealthStatus: 'HEALTHY',
        LaunchConfigurationName: 'web-1',
        ProtectedFromScaleIn: false
      }
    ])
    const all = await clients.autoscaling.send(new DescribeAutoScalingInstancesCommand({}))
    expect(all.AutoScalingInstances).toHaveLength(3)
  })
})

describe('UpdateAutoScalingGroup', () => {
  const update = ({ autoscaling }: Clients, change: Partial<UpdateAutoScalingGroupCommandInput>) =>
    autoscaling.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: 'web', ...change }))

  // https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html
  test.each([
    ['a larger minimum raises the desired capacity', { MinSize: 3 }, 3],
    ['a smaller maximum lowers it', { MaxSize: 1 }, 1],
    ['what is given holds', { MinSize: 1, DesiredCapacity: 4 }, 4],
    ['other properties leave it', { DefaultCooldown: 10 }, 2]
  ])('%s', async (_, change, desired) => {
    const clients = clientsFor(sandbox.url)
    await makeGroup(clients)
    await update(clients, change)
    await settle()
    expect(await groupOf(clients)).toMatchObject({ ...change, DesiredCapacity: desired })
    expect(await membersOf(clients)).toHaveLength(desired)
  })

  test('instances that run stay as they were launched; new ones are of the new launch configuration', async () => {
    const clients = clientsFor(sandbox.url)
    await makeGroup(clients, { DesiredCapacity: 1 })
    await settle()
    const LaunchConfigurationName = await makeConfiguration(clients, { LaunchConfigurationName: 'web-2' })
    await update(clients, { LaunchConfigurationName, DesiredCapacity: 2 })
    await settle()
    const members = await membersOf(clients)
    expect(members.map(member => member.LaunchConfigurationName)).toEqual(['web-1', 'web-2'])
    // The default termination policy takes the old configuration first:
    // https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
    await update(clients, { DesiredCapacity: 1 })
    await settle()
    expect((await membersOf(clients)).map(member => member.LaunchConfigurationName)).toEqual(['web-2'])
  })

  test('a refused update changes nothing', async () => {
    const clients = clientsFor(sandbox.url)
    await makeGroup(clients)
    const before = await groupOf(clients)
    const refused = update(clients, { MaxSize: 9, LaunchConfigurationName: 'nowhere' })
    await expect(refused).rejects.toMatchObject({ name: 'ValidationError' })
    expect(await groupOf(clients)).toEqual(before)
  })
})

describe('SetDesiredCapacity', () => {
  const set = ({ autoscaling }: Clients, DesiredCapacity: number) =>
    autoscaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: 'web', DesiredCapacity }))

  // https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scaling-manually.html
  test('scales out and in, and says so in the activities', async () => {
    const clients = clientsFor(sandbox.url)
    await makeGroup(clients, { DesiredCapacity: 1 })
    await settle()
    await set(clients, 3)
    await settle()
    expect(await membersOf(clients)).toHaveLength(3)
    await set(clients, 0)
    await settle()
    expect(await membersOf(clients)).toEqual([])
    const activities = await activitiesOf(clients)
    expect(activities.map(({ Description = '' }) => Description.replace(/i-\w+/, 'i'))).toEqual([
      ...Array(3).fill('Terminating EC2 instance: i'),
      ...Array(3).fill('Launching a new EC2 instance: i')
    ])
    expect(activities.at(-1)).toMatchObject({
      AutoScalingGroupName: 'web',
      StatusCode: 'Successful',
      Progress: 100,
      Cause: expect.stringMatching(
        /^At \S+Z an instance was started in response to a difference between desired and actual capacity, increasing the capacity from 0 to 1\.$/
      ),
      Details: expect.stringMatching(/^\{"Subnet ID":"subnet-\w+","Availability Zone":"us-east-1a"\}$/)
    })
  })

  test.each([
    [5, 'New SetDesiredCapacity value 5 is above max value 4 for the AutoScalingGroup.'],
    [0, 'New SetDesiredCapacity value 0 is below min value 1 for the AutoScalingGroup.']
  ])('%i is refused where that is not between the sizes', async (desired, message) => {
    const clients = clientsFor(sandbox.url)
    await makeGroup(clients, { MinSize: 1 })
    await expect(set(clients, desired)).rejects.toMatchObject({ name: 'ValidationError', message })
  })

  test('is refused where it is to wait for a cooldown', async () => {
    const clients = clientsFor(sandbox.url)
    await makeGroup(clients)
    const request = { AutoScalingGroupName: 'web', DesiredCapacity: 1, HonorCooldown: true }
    await expect(clients.autoscaling.send(new SetDesiredCapacityCommand(request))).rejects.toMatchObject({
      name: 'UnsupportedOperation'
    })
  })

  test('instances that are protected from scale in stay', async () => {
    const clients = clientsFor(sandbox.url)
    await makeGroup(clients, { NewInstancesProtectedFromScaleIn: true })
    await settle()
    await set(clients, 0)
    await settle()
    expect(await membersOf(clients)).toHaveLength(2)
  })
})

describe('DeleteAutoScalingGroup', () => {
  const remove = ({ autoscaling }: Clients, ForceDelete?: boolean) =>
    autoscaling.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: 'web', ForceDelete }))
  const names = async ({ autoscaling }: Clients) =>
    (await autoscaling.send(new DescribeAutoScalingGroupsCommand({}))).AutoScalingGroups

  // https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteAutoScalingGroup.html
  test('is refused while there are instances, unless forced: then they are terminated', async () => {
    const clients = clientsFor(sandbox.url)
    await makeGroup(clients)
    await settle()
    const InstanceIds = await memberIdsOf(clients)
    await expect(remove(clients)).rejects.toMatchObject({ name: 'ResourceInUseFault' })
    await remove(clients, true)
    await settle()
    expect(await names(clients)).toEqual([])
    const { Reservations = [] } = await clients.ec2.send(new DescribeInstancesCommand({ InstanceIds }))
    const states = Reservations.flatMap(({ Instances = [] }) => Instances.map(({ State }) => State?.Name))
    expect(states).toEqual(['terminated', 'terminated'])
  })

  test('is done at once for an empty group', async () => {
    const clients = clientsFor(sandbox.url)
    await makeGroup(clients, { DesiredCapacity: 0 })
    await remove(clients)
    expect(await names(clients)).toEqual([])
    await expect(remove(clients)).rejects.toMatchObject({ name: 'ValidationError' })
  })
})
