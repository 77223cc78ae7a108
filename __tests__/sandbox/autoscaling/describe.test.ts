import {
  CreateOrUpdateTagsCommand,
  DeleteAutoScalingGroupCommand,
  DeleteTagsCommand,
  DescribeScalingActivitiesCommand,
  type DescribeScalingActivitiesCommandInput,
  DescribeTagsCommand,
  paginateDescribeScalingActivities
} from '@aws-sdk/client-auto-scaling'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { advance, type Clients, clientsFor, serve, served } from '../../support/sandbox.ts'
import { seeder } from '../ec2/fixture.ts'
import { sendRaw } from '../wire/raw.ts'
import { activitiesOf, groupOf, makeConfiguration, makeGroup } from './group.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))

const settle = (seconds = 1) => advance(sandbox, seconds)

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingActivities.html
describe('scaling activities', () => {
  const describeThem = async ({ autoscaling }: Clients, request: DescribeScalingActivitiesCommandInput = {}) =>
    (await autoscaling.send(new DescribeScalingActivitiesCommand(request))).Activities ?? []

  test('are described by group, id, status and time, in pages', async () => {
    const clients = clientsFor(sandbox.url)
    const LaunchConfigurationName = await makeConfiguration(clients)
    for (const AutoScalingGroupName of ['web', 'api']) {
      await makeGroup(clients, { AutoScalingGroupName, LaunchConfigurationName })
      await settle(60)
    }
    const [latest, ...others] = await describeThem(clients)
    expect(others).toHaveLength(3)
    expect(latest).toMatchObject({ AutoScalingGroupName: 'api', StatusCode: 'Successful' })
    expect(await describeThem(clients, { AutoScalingGroupName: 'web' })).toHaveLength(2)
    expect(await describeThem(clients, { ActivityIds: [latest?.ActivityId ?? ''] })).toEqual([latest])
    const since = latest?.StartTime?.toISOString() ?? ''
    const Filters = [{ Name: 'StartTimeLowerBound', Values: [since] }]
    const young = await describeThem(clients, { Filters })
    expect(new Set(young.map(each => each.AutoScalingGroupName))).toEqual(new Set(['api']))
    const failed = [{ Name: 'Status', Values: ['Failed'] }]
    expect(await describeThem(clients, { AutoScalingGroupName: 'web', Filters: failed })).toEqual([])
    const pages: number[] = []
    for await (const page of paginateDescribeScalingActivities({ client: clients.autoscaling, pageSize: 3 }, {})) {
      pages.push(page.Activities?.length ?? 0)
    }
    expect(pages).toEqual([3, 1])
  })

  test('of a deleted group are described where that is asked for, for six weeks', async () => {
    const clients = clientsFor(sandbox.url)
    await makeGroup(clients, { DesiredCapacity: 1 })
    await settle()
    const command = { AutoScalingGroupName: 'web', ForceDelete: true }
    await clients.autoscaling.send(new DeleteAutoScalingGroupCommand(command))
    await settle()
    expect(await describeThem(clients)).toEqual([])
    const deleted = await describeThem(clients, { AutoScalingGroupName: 'web', IncludeDeletedGroups: true })
    expect(deleted).toMatchObject(Array(2).fill({ AutoScalingGroupState: 'Deleted' }))
    await settle(43 * 24 * 60 * 60)
    await makeGroup(clients, { LaunchConfigurationName: 'web-1', DesiredCapacity: 1 })
    await settle()
    const all = await describeThem(clients, { AutoScalingGroupName: 'web', IncludeDeletedGroups: true })
    expect(all).toEqual(await activitiesOf(clients))
  })
})

describe('tags', () => {
  const tag = (Key: string, Value: string, ResourceId = 'web') => ({
    ResourceId,
    ResourceType: 'auto-scaling-group',
    Key,
    Value,
    PropagateAtLaunch: Key === 'stage'
  })
  const save = ({ autoscaling }: Clients, ...Tags: ReturnType<typeof tag>[]) =>
    autoscaling.send(new CreateOrUpdateTagsCommand({ Tags }))

  // https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateOrUpdateTags.html
  test('are created, changed and deleted', async () => {
    const clients = clientsFor(sandbox.url)
    await makeGroup(clients, { DesiredCapacity: 0 })
    await save(clients, tag('stage', 'test'), tag('owner', 'web'))
    await save(clients, tag('stage', 'prod'))
    expect((await groupOf(clients)).Tags).toEqual([tag('stage', 'prod'), tag('owner', 'web')])
    const gone = new DeleteTagsCommand({ Tags: [tag('owner', 'web'), tag('missing', '')] })
    await clients.autoscaling.send(gone)
    expect((await groupOf(clients)).Tags).toEqual([tag('stage', 'prod')])
  })

  test('of a group that is not there are refused, with all that were asked for', async () => {
    const clients = clientsFor(sandbox.url)
    await makeGroup(clients, { DesiredCapacity: 0 })
    const refused = save(clients, tag('stage', 'test'), tag('stage', 'test', 'nowhere'))
    await expect(refused).rejects.toMatchObject({ name: 'ValidationError' })
    expect((await groupOf(clients)).Tags).toEqual([])
  })

  // https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeTags.html
  test.each([
    ['auto-scaling-group', 'api', ['stage=test']],
    ['key', 'owner', ['owner=web']],
    ['value', 'test', ['stage=test']],
    ['propagate-at-launch', 'false', ['owner=web']]
  ])('are described by the filter %s = %s', async (Name, value, expected) => {
    const clients = clientsFor(sandbox.url)
    const LaunchConfigurationName = await makeConfiguration(clients)
    for (const AutoScalingGroupName of ['web', 'api']) {
      await makeGroup(clients, { AutoScalingGroupName, LaunchConfigurationName, DesiredCapacity: 0 })
    }
    await save(clients, tag('stage', 'prod'), tag('owner', 'web'), tag('stage', 'test', 'api'))
    const command = new DescribeTagsCommand({ Filters: [{ Name, Values: [value] }] })
    const { Tags = [] } = await clients.autoscaling.send(command)
    expect(Tags.map(({ Key, Value }) => `${Key}=${Value}`)).toEqual(expected)
  })
})

// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
describe('on the wire', () => {
  test('answers are in the namespace of Auto Scaling', async () => {
    const body = 'Action=DescribeAutoScalingGroups&Version=2011-01-01'
    const answer = await sendRaw(sandbox.url, { service: 'autoscaling', body }, 'sts')
    expect(answer.body).toContain(
      '<DescribeAutoScalingGroupsResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><DescribeAutoScalingGroupsResult><AutoScalingGroups></AutoScalingGroups></DescribeAutoScalingGroupsResult>'
    )
  })

  test('so are refusals', async () => {
    const body = 'Action=DescribeWarmPool&Version=2011-01-01&AutoScalingGroupName=web'
    const answer = await sendRaw(sandbox.url, { service: 'autoscaling', body }, 'sts')
    expect(answer).toMatchObject({ status: 400, code: 'ValidationError' })
    expect(answer.body).toContain('<ErrorResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/">')
  })
})
