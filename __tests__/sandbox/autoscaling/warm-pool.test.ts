import {
  DeleteAutoScalingGroupCommand,
  DeleteWarmPoolCommand,
  DescribeAutoScalingInstancesCommand,
  DescribeInstanceRefreshesCommand,
  type DescribeWarmPoolAnswer,
  DescribeWarmPoolCommand,
  PutWarmPoolCommand,
  type PutWarmPoolCommandInput,
  SetDesiredCapacityCommand,
  StartInstanceRefreshCommand,
  TerminateInstanceInAutoScalingGroupCommand
} from '@aws-sdk/client-auto-scaling'
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { advance, type Clients, clientsFor, serve, served } from '../../support/sandbox.ts'
import { seeder } from '../ec2/fixture.ts'
import { activitiesOf, groupOf, makeGroup, memberIdsOf } from './group.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))

const settle = () => advance(sandbox, 1)
const AutoScalingGroupName = 'web'

const put = ({ autoscaling }: Clients, change: Omit<PutWarmPoolCommandInput, 'AutoScalingGroupName'> = {}) =>
  autoscaling.send(new PutWarmPoolCommand({ AutoScalingGroupName, ...change }))
const poolOf = ({ autoscaling }: Clients): Promise<DescribeWarmPoolAnswer> =>
  autoscaling.send(new DescribeWarmPoolCommand({ AutoScalingGroupName }))
const desire = ({ autoscaling }: Clients, DesiredCapacity: number) =>
  autoscaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity }))

async function statesOf({ ec2 }: Clients, InstanceIds: string[]): Promise<(string | undefined)[]> {
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds }))
  return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ State }) => State?.Name))
}

const idsOf = ({ Instances = [] }: DescribeWarmPoolAnswer) => Instances.flatMap(({ InstanceId: id }) => id ?? [])

/** A group of 1 to 4 instances whose pool is full. */
async function pooledGroup(clients: Clients, change: Omit<PutWarmPoolCommandInput, 'AutoScalingGroupName'> = {}) {
  await makeGroup(clients, { DesiredCapacity: 1 })
  await put(clients, change)
  await settle()
  return poolOf(clients)
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-warm-pools.html
describe('a warm pool', () => {
  test('holds stopped instances, which are not among those of the group', async () => {
    const clients = clientsFor(sandbox.url)
    const pool = await pooledGroup(clients)
    expect(pool).toMatchObject({
      WarmPoolConfiguration: { MinSize: 0, PoolState: 'Stopped' },
      Instances: Array(3).fill({ LifecycleState: 'Warmed:Stopped', HealthStatus: 'Healthy' })
    })
    expect(await statesOf(clients, idsOf(pool))).toEqual(Array(3).fill('stopped'))
    expect(await groupOf(clients)).toMatchObject({
      WarmPoolConfiguration: { PoolState: 'Stopped' },
      WarmPoolSize: 3,
      Instances: [{ LifecycleState: 'InService' }]
    })
    const all = await clients.autoscaling.send(new DescribeAutoScalingInstancesCommand({}))
    expect(all.AutoScalingInstances).toHaveLength(4)
  })

  // https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutWarmPool.html
  test.each([
    ['up to the maximum size of the group', {}, 3],
    ['up to a maximum prepared capacity', { MaxGroupPreparedCapacity: 2 }, 1],
    ['at least its minimum size', { MaxGroupPreparedCapacity: 1, MinSize: 2 }, 2],
    ['nothing, where the group is larger than the maximum prepared capacity', { MaxGroupPreparedCapacity: 0 }, 0],
    ['up to the maximum size again, with -1', { MaxGroupPreparedCapacity: -1 }, 3]
  ])('holds %s', async (_, change, size) => {
    const clients = clientsFor(sandbox.url)
    expect((await pooledGroup(clients, change)).Instances).toHaveLength(size)
  })

  test('can keep its instances running', async () => {
    const clients = clientsFor(sandbox.url)
    const pool = await pooledGroup(clients, { PoolState: 'Running' })
    expect(pool.Instances).toMatchObject(Array(3).fill({ LifecycleState: 'Warmed:Running' }))
    expect(await statesOf(clients, idsOf(pool))).toEqual(Array(3).fill('running'))
  })

  test('is drawn on when the group grows, and shrinks with what the group can still grow by', async () => {
    const clients = clientsFor(sandbox.url)
    const warm = idsOf(await pooledGroup(clients))
    await desire(clients, 3)
    await settle()
    const ids = await memberIdsOf(clients)
    expect(ids.filter(id => warm.includes(id))).toHaveLength(2)
    expect(await statesOf(clients, ids)).toEqual(Array(3).fill('running'))
    expect(idsOf(await poolOf(clients))).toHaveLength(1)
    expect((await activitiesOf(clients)).map(({ Description = '' }) => Description.split(':')[0])).toContain(
      'Launching a new EC2 instance from warm pool'
    )
    await desire(clients, 1)
    await settle()
    expect(idsOf(await poolOf(clients))).toHaveLength(3)
  })

  test('is replaced by a refresh as well', async () => {
    const clients = clientsFor(sandbox.url)
    const before = idsOf(await pooledGroup(clients))
    await clients.autoscaling.send(new StartInstanceRefreshCommand({ AutoScalingGroupName }))
    await settle()
    const pool = await poolOf(clients)
    expect(pool.Instances).toMatchObject(Array(3).fill({ LifecycleState: 'Warmed:Stopped' }))
    expect(idsOf(pool).filter(id => before.includes(id))).toEqual([])
    const command = new DescribeInstanceRefreshesCommand({ AutoScalingGroupName })
    expect((await clients.autoscaling.send(command)).InstanceRefreshes).toMatchObject([
      {
        Status: 'Successful',
        ProgressDetails: {
          LivePoolProgress: { PercentageComplete: 100, InstancesToUpdate: 0 },
          WarmPoolProgress: { PercentageComplete: 100, InstancesToUpdate: 0 }
        }
      }
    ])
  })

  // https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteWarmPool.html
  test.each([undefined, true])('is deleted, its instances terminated: ForceDelete %p', async ForceDelete => {
    const clients = clientsFor(sandbox.url)
    const ids = idsOf(await pooledGroup(clients))
    await clients.autoscaling.send(new DeleteWarmPoolCommand({ AutoScalingGroupName, ForceDelete }))
    await settle()
    const { $metadata: _, ...pool } = await clients.autoscaling.send(
      new DescribeWarmPoolCommand({ AutoScalingGroupName })
    )
    expect(pool).toEqual({ Instances: [] })
    expect(await statesOf(clients, ids)).toEqual(Array(3).fill('terminated'))
    expect(await memberIdsOf(clients)).toHaveLength(1)
  })

  test('goes with its group', async () => {
    const clients = clientsFor(sandbox.url)
    const ids = idsOf(await pooledGroup(clients))
    await clients.autoscaling.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName, ForceDelete: true }))
    await settle()
    expect(await statesOf(clients, ids)).toEqual(Array(3).fill('terminated'))
    await expect(poolOf(clients)).rejects.toMatchObject({ name: 'ValidationError' })
  })

  // https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_TerminateInstanceInAutoScalingGroup.html
  test('does not let its instances be terminated one by one', async () => {
    const clients = clientsFor(sandbox.url)
    const [InstanceId] = idsOf(await pooledGroup(clients))
    const command = { InstanceId, ShouldDecrementDesiredCapacity: false }
    const refused = clients.autoscaling.send(new TerminateInstanceInAutoScalingGroupCommand(command))
    await expect(refused).rejects.toMatchObject({ name: 'ValidationError' })
  })

  test.each([
    ['hibernated', { PoolState: 'Hibernated' }, 'UnsupportedOperation'],
    ['with reuse on scale in', { InstanceReusePolicy: { ReuseOnScaleIn: true } }, 'UnsupportedOperation'],
    ['of less than nothing', { MinSize: -1 }, 'ValidationError']
  ] as const)('%s is refused', async (_, change, name) => {
    const clients = clientsFor(sandbox.url)
    await makeGroup(clients)
    await expect(put(clients, change)).rejects.toMatchObject({ name })
  })
})
