import {
  AttachInstancesCommand,
  DetachInstancesCommand,
  ResumeProcessesCommand,
  SuspendProcessesCommand,
  TerminateInstanceInAutoScalingGroupCommand,
  type TerminateInstanceInAutoScalingGroupCommandInput
} from '@aws-sdk/client-auto-scaling'
import { DescribeInstancesCommand, StopInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { advance, type Clients, clientsFor, type RunningSandbox, serve, served } from '../../support/sandbox.ts'
import { seeder } from '../ec2/fixture.ts'
import { launched } from '../ec2/make.ts'
import { activitiesOf, groupOf, makeGroup, memberIdsOf, membersOf } from './group.ts'

const guests = new HandGuests()
const sandbox = await served(serve({ guests, seeder }))

const settle = () => advance(sandbox, 1)

async function runningGroup(clients: Clients, change: Parameters<typeof makeGroup>[1] = {}): Promise<string[]> {
  await makeGroup(clients, change)
  await settle()
  return memberIdsOf(clients)
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-health-checks.html
describe('an instance that is not healthy is replaced', () => {
  const STOPPED =
    'an instance was taken out of service in response to an EC2 health check indicating it has been terminated or stopped.'

  test.each([
    ['terminated', (id: string) => new TerminateInstancesCommand({ InstanceIds: [id] }), STOPPED],
    ['stopped', (id: string) => new StopInstancesCommand({ InstanceIds: [id] }), STOPPED]
  ])('one that was %s', async (_, command, cause) => {
    const clients = clientsFor(sandbox.url)
    const [first = '', second = ''] = await runningGroup(clients)
    await clients.ec2.send(command(first))
    await settle()
    const ids = await memberIdsOf(clients)
    expect(ids).toHaveLength(2)
    expect(ids).toContain(second)
    expect(ids).not.toContain(first)
    const activities = await activitiesOf(clients)
    expect(activities.find(({ Description }) => Description === `Terminating EC2 instance: ${first}`)).toMatchObject({
      Cause: expect.stringContaining(cause),
      StatusCode: 'Successful'
    })
    const { Reservations } = await clients.ec2.send(new DescribeInstancesCommand({ InstanceIds: [first] }))
    expect(Reservations?.[0]?.Instances?.[0]?.State?.Name).toBe('terminated')
  })

  test('one whose status checks fail', async () => {
    const clients = clientsFor(sandbox.url)
    const [id = ''] = await runningGroup(clients, { DesiredCapacity: 1 })
    guests.of(id).request.onEnd('crash')
    await settle()
    expect(await memberIdsOf(clients)).not.toContain(id)
    expect((await activitiesOf(clients)).map(({ Cause }) => Cause)).toContainEqual(
      expect.stringContaining('in response to an EC2 instance status checks failure.')
    )
  })

  // https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
  test.each(['HealthCheck', 'ReplaceUnhealthy'])('not while %s is suspended', async process => {
    const clients = clientsFor(sandbox.url)
    const [id = ''] = await runningGroup(clients, { DesiredCapacity: 1 })
    const query = { AutoScalingGroupName: 'web', ScalingProcesses: [process] }
    await clients.autoscaling.send(new SuspendProcessesCommand(query))
    await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))
    await settle()
    expect(await groupOf(clients)).toMatchObject({
      SuspendedProcesses: [{ ProcessName: process, SuspensionReason: 'User suspended' }],
      Instances: [{ InstanceId: id, HealthStatus: process === 'HealthCheck' ? 'Healthy' : 'Unhealthy' }]
    })
    await clients.autoscaling.send(new ResumeProcessesCommand({ AutoScalingGroupName: 'web' }))
    await settle()
    expect(await memberIdsOf(clients)).not.toContain(id)
    expect(await membersOf(clients)).toHaveLength(1)
  })

  test('nor is anything launched while Launch is suspended', async () => {
    const clients = clientsFor(sandbox.url)
    const [id = ''] = await runningGroup(clients, { DesiredCapacity: 1 })
    const query = { AutoScalingGroupName: 'web', ScalingProcesses: ['Launch'] }
    await clients.autoscaling.send(new SuspendProcessesCommand(query))
    await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))
    await settle()
    expect(await membersOf(clients)).toEqual([])
    const unknown = new SuspendProcessesCommand({ AutoScalingGroupName: 'web', ScalingProcesses: ['Nap'] })
    await expect(clients.autoscaling.send(unknown)).rejects.toMatchObject({ name: 'ValidationError' })
  })

  test('that never ran: its activity failed, and it is tried again later', async () => {
    const clients = clientsFor(sandbox.url)
    guests.bootFailure = 'no such layer'
    await makeGroup(clients, { DesiredCapacity: 1 })
    await settle()
    guests.bootFailure = undefined
    expect(await membersOf(clients)).toEqual([])
    expect(await activitiesOf(clients)).toMatchObject([
      {
        StatusCode: 'Failed',
        StatusMessage:
          'Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: Server.InternalError: Internal error on launch'
      }
    ])
    await advance(sandbox, 60)
    expect(await membersOf(clients)).toMatchObject([{ LifecycleState: 'InService' }])
  })
})

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_TerminateInstanceInAutoScalingGroup.html
describe('TerminateInstanceInAutoScalingGroup', () => {
  const terminate = (
    { autoscaling }: Clients,
    request: Omit<TerminateInstanceInAutoScalingGroupCommandInput, 'ShouldDecrementDesiredCapacity'>,
    ShouldDecrementDesiredCapacity = false
  ) => autoscaling.send(new TerminateInstanceInAutoScalingGroupCommand({ ...request, ShouldDecrementDesiredCapacity }))

  test('replaces the instance', async () => {
    const clients = clientsFor(sandbox.url)
    const [first = '', second = ''] = await runningGroup(clients)
    const { Activity } = await terminate(clients, { InstanceId: first })
    expect(Activity).toMatchObject({
      AutoScalingGroupName: 'web',
      Description: `Terminating EC2 instance: ${first}`,
      StatusCode: 'InProgress',
      Cause: expect.stringContaining('in response to a user request.')
    })
    await settle()
    const ids = await memberIdsOf(clients)
    expect(ids).toHaveLength(2)
    expect(ids).toContain(second)
    expect(ids).not.toContain(first)
  })

  test('decrements the desired capacity where that is asked for', async () => {
    const clients = clientsFor(sandbox.url)
    const [first = '', second = ''] = await runningGroup(clients)
    await terminate(clients, { InstanceId: first }, true)
    await settle()
    expect(await groupOf(clients)).toMatchObject({ DesiredCapacity: 1, Instances: [{ InstanceId: second }] })
  })

  test('takes several instances of a named group', async () => {
    const clients = clientsFor(sandbox.url)
    const InstanceIds = await runningGroup(clients)
    const { Activities } = await terminate(clients, { InstanceIds, AutoScalingGroupName: 'web' }, true)
    expect(Activities).toHaveLength(2)
    await settle()
    expect(await groupOf(clients)).toMatchObject({ DesiredCapacity: 0, Instances: [] })
    await expect(terminate(clients, { InstanceIds })).rejects.toMatchObject({ name: 'ValidationError' })
  })

  test('is refused below the minimum size, and for an instance of no group', async () => {
    const clients = clientsFor(sandbox.url)
    const [InstanceId] = await runningGroup(clients, { MinSize: 2 })
    await expect(terminate(clients, { InstanceId }, true)).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining("will violate group's min size constraint")
    })
    await expect(terminate(clients, { InstanceId: 'i-00000000000000000' })).rejects.toMatchObject({
      message: 'Instance Id not found - No managed instance found for instance ID: i-00000000000000000'
    })
    expect(await membersOf(clients)).toHaveLength(2)
  })
})

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-detach-attach-instances.html
describe('instances are attached and detached', () => {
  const attach = ({ autoscaling }: Clients, ...InstanceIds: string[]) =>
    autoscaling.send(new AttachInstancesCommand({ AutoScalingGroupName: 'web', InstanceIds }))
  const detach = ({ autoscaling }: Clients, id: string, ShouldDecrementDesiredCapacity: boolean) =>
    autoscaling.send(
      new DetachInstancesCommand({ AutoScalingGroupName: 'web', InstanceIds: [id], ShouldDecrementDesiredCapacity })
    )

  test('an attached one raises the desired capacity', async () => {
    const clients = clientsFor(sandbox.url)
    await runningGroup(clients, { DesiredCapacity: 1 })
    const id = await launched(sandbox, clients, 'running')
    await attach(clients, id)
    await settle()
    expect(await groupOf(clients)).toMatchObject({ DesiredCapacity: 2 })
    expect(await memberIdsOf(clients)).toContain(id)
    await expect(attach(clients, id)).rejects.toMatchObject({ message: expect.stringContaining('already part of') })
  })

  test('none is attached that is not running, or for which there is no room', async () => {
    const clients = clientsFor(sandbox.url)
    await runningGroup(clients, { DesiredCapacity: 1, MaxSize: 1 })
    const stopped = await launched(sandbox, clients, 'stopped')
    await expect(attach(clients, stopped)).rejects.toMatchObject({ name: 'ValidationError' })
    const running = await launched(sandbox, clients, 'running')
    await expect(attach(clients, running)).rejects.toMatchObject({ name: 'ValidationError' })
    expect(await membersOf(clients)).toHaveLength(1)
  })

  test.each([
    ['is replaced', false, 2],
    ['is not, where the capacity is decremented', true, 1]
  ])('a detached one runs on, and %s', async (_, decrements, expected) => {
    const clients = clientsFor(sandbox.url)
    const [id = ''] = await runningGroup(clients)
    const { Activities } = await detach(clients, id, decrements)
    expect(Activities).toMatchObject([{ Description: `Detaching EC2 instance: ${id}`, StatusCode: 'Successful' }])
    await settle()
    const ids = await memberIdsOf(clients)
    expect(ids).toHaveLength(expected)
    expect(ids).not.toContain(id)
    const { Reservations } = await clients.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))
    const [instance] = Reservations?.[0]?.Instances ?? []
    expect(instance?.State?.Name).toBe('running')
    expect(instance?.Tags).toBeUndefined()
  })
})

describe('time, as on AWS', () => {
  let slow: RunningSandbox
  beforeAll(async () => {
    slow = await serve({ guests: new HandGuests(), seeder, latencyFactor: 1 })
  })
  afterAll(() => slow.stop())

  test('a group acts upon its capacity within seconds, and upon its health checks within minutes', async () => {
    const clients = clientsFor(slow.url)
    await makeGroup(clients, { DesiredCapacity: 1 })
    expect(await membersOf(clients)).toEqual([])
    await advance(slow, 5)
    expect(await membersOf(clients)).toMatchObject([{ LifecycleState: 'Pending' }])
    await advance(slow, 5)
    await advance(slow, 5)
    const [id = ''] = await memberIdsOf(clients)
    expect(await membersOf(clients)).toMatchObject([{ LifecycleState: 'InService' }])
    await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))
    await advance(slow, 1)
    await advance(slow, 60)
    expect(await membersOf(clients)).toMatchObject([{ InstanceId: id, LifecycleState: 'InService' }])
    await advance(slow, 70)
    expect(await membersOf(clients)).toMatchObject([{ LifecycleState: 'Pending' }])
  })
})
