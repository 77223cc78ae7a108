import {
  CancelInstanceRefreshCommand,
  DescribeInstanceRefreshesCommand,
  type InstanceRefresh,
  RollbackInstanceRefreshCommand,
  StartInstanceRefreshCommand,
  type StartInstanceRefreshCommandInput
} from '@aws-sdk/client-auto-scaling'
import { DeregisterImageCommand } from '@aws-sdk/client-ec2'
import { PutParameterCommand } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { advance, type Clients, clientsFor, type RunningSandbox, serve } from '../../support/sandbox.ts'
import { IMAGES, seeder } from '../ec2/fixture.ts'
import { createImage, launched } from '../ec2/make.ts'
import { groupOf, makeConfiguration, makeGroup, memberIdsOf, membersOf } from './group.ts'
import { addVersion, makeTemplate } from './templates.ts'

let sandbox: RunningSandbox
/** As slow as AWS. */
let slow: RunningSandbox
beforeAll(async () => {
  sandbox = await serve({ guests: new HandGuests(), seeder })
  slow = await serve({ guests: new HandGuests(), seeder, latencyFactor: 1 })
})
afterAll(async () => {
  await sandbox.stop()
  await slow.stop()
})

const settle = () => advance(sandbox, 1)
type Change = Omit<StartInstanceRefreshCommandInput, 'AutoScalingGroupName'>
const start = async ({ autoscaling }: Clients, change: Change = {}) =>
  (await autoscaling.send(new StartInstanceRefreshCommand({ AutoScalingGroupName: 'web', ...change })))
    .InstanceRefreshId

async function refreshOf({ autoscaling }: Clients): Promise<InstanceRefresh> {
  const command = new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: 'web' })
  const { InstanceRefreshes: [refresh] = [] } = await autoscaling.send(command)
  if (!refresh) throw new Error('no refresh')
  return refresh
}

/** A group of version 1 of a template that has a second version. */
async function versionedGroup(clients: Clients, change: Parameters<typeof makeGroup>[1] = {}) {
  const LaunchTemplateId = await makeTemplate(clients)
  await makeGroup(clients, { LaunchTemplate: { LaunchTemplateId, Version: '1' }, ...change })
  await settle()
  await addVersion(clients, LaunchTemplateId, { InstanceType: 't3.small' })
  return { LaunchTemplateId, second: { LaunchTemplate: { LaunchTemplateId, Version: '2' } } }
}

const typesOf = async (clients: Clients) => (await membersOf(clients)).map(({ InstanceType }) => InstanceType)

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
describe('an instance refresh', () => {
  test('replaces all instances, and then the desired configuration is the group’s', async () => {
    const clients = clientsFor(sandbox.url)
    const { second } = await versionedGroup(clients)
    const before = await memberIdsOf(clients)
    const InstanceRefreshId = await start(clients, { DesiredConfiguration: second })
    await settle()
    expect(await refreshOf(clients)).toEqual({
      InstanceRefreshId,
      AutoScalingGroupName: 'web',
      Status: 'Successful',
      StartTime: expect.any(Date),
      EndTime: expect.any(Date),
      PercentageComplete: 100,
      InstancesToUpdate: 0,
      Strategy: 'Rolling',
      DesiredConfiguration: second,
      Preferences: {
        MinHealthyPercentage: 90,
        InstanceWarmup: 0,
        SkipMatching: false,
        AutoRollback: false,
        ScaleInProtectedInstances: 'Wait',
        StandbyInstances: 'Wait'
      }
    })
    expect(await groupOf(clients)).toMatchObject(second)
    expect(await typesOf(clients)).toEqual(['t3.small', 't3.small'])
    const after = await memberIdsOf(clients)
    expect(after.filter(id => before.includes(id))).toEqual([])
  })

  test('without a desired configuration launches what the group says by then', async () => {
    const clients = clientsFor(sandbox.url)
    await makeGroup(clients)
    await settle()
    const before = await memberIdsOf(clients)
    await start(clients)
    await settle()
    expect((await memberIdsOf(clients)).filter(id => before.includes(id))).toEqual([])
    expect(await refreshOf(clients)).toMatchObject({ Status: 'Successful' })
  })

  test('of an empty group succeeds', async () => {
    const clients = clientsFor(sandbox.url)
    const { second } = await versionedGroup(clients, { DesiredCapacity: 0 })
    await start(clients, { DesiredConfiguration: second })
    await settle()
    expect(await refreshOf(clients)).toMatchObject({ Status: 'Successful', PercentageComplete: 100 })
    expect(await groupOf(clients)).toMatchObject(second)
  })

  // https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh-skip-matching.html
  test('with skip matching leaves alone what matches already', async () => {
    const clients = clientsFor(sandbox.url)
    const { second } = await versionedGroup(clients, { DesiredCapacity: 1 })
    await start(clients, { DesiredConfiguration: second })
    await settle()
    const before = await memberIdsOf(clients)
    await start(clients, { DesiredConfiguration: second, Preferences: { SkipMatching: true } })
    await settle()
    expect(await memberIdsOf(clients)).toEqual(before)
    expect(await refreshOf(clients)).toMatchObject({ Status: 'Successful', InstancesToUpdate: 0 })
    const LaunchTemplate = { ...second.LaunchTemplate, Version: '1' }
    await start(clients, { DesiredConfiguration: { LaunchTemplate }, Preferences: { SkipMatching: true } })
    await settle()
    expect(await memberIdsOf(clients)).not.toEqual(before)
  })

  test('can replace a launch configuration by a launch template', async () => {
    const clients = clientsFor(sandbox.url)
    await makeGroup(clients, { DesiredCapacity: 1 })
    await settle()
    const LaunchTemplate = { LaunchTemplateId: await makeTemplate(clients), Version: '1' }
    await start(clients, { DesiredConfiguration: { LaunchTemplate } })
    await settle()
    const group = await groupOf(clients)
    expect(group).toMatchObject({ LaunchTemplate, Instances: [{ LaunchTemplate }] })
    expect(group.LaunchConfigurationName).toBeUndefined()
  })

  test('is one at a time', async () => {
    const clients = clientsFor(slow.url)
    await makeGroup(clients)
    await start(clients)
    await expect(start(clients)).rejects.toMatchObject({ name: 'InstanceRefreshInProgressFault' })
  })

  test.each<[string, Change, string]>([
    [
      'of a template that is not there',
      { DesiredConfiguration: { LaunchTemplate: { LaunchTemplateName: 'x' } } },
      'ValidationError'
    ],
    [
      'of two desired configurations',
      {
        DesiredConfiguration: {
          LaunchTemplate: { LaunchTemplateName: 'x' },
          MixedInstancesPolicy: { LaunchTemplate: { LaunchTemplateSpecification: { LaunchTemplateName: 'x' } } }
        }
      },
      'ValidationError'
    ],
    ['with a percentage above 100', { Preferences: { MinHealthyPercentage: 101 } }, 'ValidationError'],
    ['with a maximum and no minimum', { Preferences: { MaxHealthyPercentage: 110 } }, 'ValidationError'],
    [
      'with a range of more than 100',
      { Preferences: { MinHealthyPercentage: 50, MaxHealthyPercentage: 200 } },
      'ValidationError'
    ],
    ['with auto rollback and nothing to roll back', { Preferences: { AutoRollback: true } }, 'ValidationError'],
    [
      'with checkpoints, which are not modelled',
      { Preferences: { CheckpointPercentages: [50] } },
      'UnsupportedOperation'
    ],
    ['of root volumes, which is not modelled', { Strategy: 'ReplaceRootVolume' }, 'UnsupportedOperation']
  ])('%s is refused', async (_, change, name) => {
    const clients = clientsFor(sandbox.url)
    await makeGroup(clients)
    await expect(start(clients, change)).rejects.toMatchObject({ name })
  })

  // https://docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html
  test('of a template with a Systems Manager parameter knows neither desired configuration nor skip matching', async () => {
    const clients = clientsFor(sandbox.url)
    const parameter = { Name: '/golden', Value: IMAGES.linux, Type: 'String' as const, DataType: 'aws:ec2:image' }
    await clients.ssm.send(new PutParameterCommand(parameter))
    await settle()
    const LaunchTemplateId = await makeTemplate(clients, { ImageId: 'resolve:ssm:/golden' })
    const LaunchTemplate = { LaunchTemplateId, Version: '1' }
    await makeGroup(clients, { LaunchTemplate })
    const desired = start(clients, { DesiredConfiguration: { LaunchTemplate } })
    await expect(desired).rejects.toMatchObject({ name: 'ValidationError' })
    const skipping = start(clients, { Preferences: { SkipMatching: true } })
    await expect(skipping).rejects.toMatchObject({ name: 'ValidationError' })
    await start(clients)
    await settle()
    expect(await refreshOf(clients)).toMatchObject({ Status: 'Successful' })
  })
})

/** How many are in service, and how many there are, at their least and most while a refresh is under way. */
async function watch(clients: Clients): Promise<{ least: number; most: number }> {
  let [least, most] = [99, 0]
  for (let round = 0; round < 100; round++) {
    const { Status = '' } = await refreshOf(clients)
    if (!['Pending', 'InProgress'].includes(Status)) return { least, most }
    const states = (await membersOf(clients)).map(({ LifecycleState }) => LifecycleState)
    least = Math.min(least, states.filter(state => state === 'InService').length)
    most = Math.max(most, states.filter(state => state === 'InService' || state === 'Pending').length)
    await advance(slow, 5)
  }
  throw new Error('the refresh does not end')
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
describe('a refresh of four instances', () => {
  test.each([
    ['of 100 percent launches first', { MinHealthyPercentage: 100 }, 4, 5],
    ['of 50 percent terminates two at a time', { MinHealthyPercentage: 50 }, 2, 4],
    ['of 90 percent replaces at least one at a time', {}, 3, 4],
    ['of 0 percent replaces all at once', { MinHealthyPercentage: 0 }, 0, 4],
    ['of 100 to 150 percent launches two first', { MinHealthyPercentage: 100, MaxHealthyPercentage: 150 }, 4, 6],
    ['of 90 to 100 percent launches first', { MinHealthyPercentage: 90, MaxHealthyPercentage: 100 }, 4, 5]
  ])('%s', async (_, Preferences, least, most) => {
    const clients = clientsFor(slow.url)
    await makeGroup(clients, { DesiredCapacity: 4 })
    for (let i = 0; i < 3; i++) await advance(slow, 5)
    await start(clients, { Preferences })
    expect(await watch(clients)).toEqual({ least, most })
    expect(await refreshOf(clients)).toMatchObject({ Status: 'Successful' })
    expect(await membersOf(clients)).toHaveLength(4)
  })

  test('waits for the warmup of each batch, and bakes at the end', async () => {
    const clients = clientsFor(slow.url)
    await makeGroup(clients, { DesiredCapacity: 2 })
    for (let i = 0; i < 3; i++) await advance(slow, 5)
    await start(clients, { Preferences: { MinHealthyPercentage: 50, InstanceWarmup: 300, BakeTime: 600 } })
    await advance(slow, 5)
    for (let i = 0; i < 4; i++) await advance(slow, 10)
    expect(await refreshOf(clients)).toMatchObject({
      Status: 'InProgress',
      PercentageComplete: 0,
      InstancesToUpdate: 1
    })
    await advance(slow, 300)
    for (let i = 0; i < 4; i++) await advance(slow, 10)
    expect(await refreshOf(clients)).toMatchObject({ PercentageComplete: 50, InstancesToUpdate: 0 })
    await advance(slow, 300)
    expect(await refreshOf(clients)).toMatchObject({ Status: 'Baking', PercentageComplete: 100 })
    await advance(slow, 600)
    expect(await refreshOf(clients)).toMatchObject({ Status: 'Successful' })
  })

  test.each([
    ['Ignore', 'Successful', 0],
    ['Refresh', 'Successful', 2],
    ['Wait', 'InProgress', 0]
  ] as const)('that are protected from scale in: %s', async (ScaleInProtectedInstances, Status, replaced) => {
    const clients = clientsFor(slow.url)
    await makeGroup(clients, { NewInstancesProtectedFromScaleIn: true })
    for (let i = 0; i < 3; i++) await advance(slow, 5)
    const before = await memberIdsOf(clients)
    await start(clients, { Preferences: { ScaleInProtectedInstances, MinHealthyPercentage: 0 } })
    for (let i = 0; i < 8; i++) await advance(slow, 5)
    expect(await refreshOf(clients)).toMatchObject({ Status })
    expect((await memberIdsOf(clients)).filter(id => !before.includes(id))).toHaveLength(replaced)
    if (Status !== 'InProgress') return
    await advance(slow, 3600)
    expect(await refreshOf(clients)).toMatchObject({ Status: 'Failed', StatusReason: expect.any(String) })
  })
})

/** A refresh under way, of which one of two instances has been replaced. */
async function halfway(clients: Clients, change: Change = {}, version?: string) {
  const LaunchTemplateId = await makeTemplate(clients)
  await makeGroup(clients, { LaunchTemplate: { LaunchTemplateId, Version: version ?? '1' } })
  for (let i = 0; i < 3; i++) await advance(slow, 5)
  const before = await memberIdsOf(clients)
  await addVersion(clients, LaunchTemplateId, { InstanceType: 't3.small' })
  const Preferences = { MinHealthyPercentage: 50, InstanceWarmup: 300 }
  const DesiredConfiguration = { LaunchTemplate: { LaunchTemplateId, Version: '2' } }
  await start(clients, { Preferences, DesiredConfiguration, ...change })
  for (let i = 0; i < 6; i++) await advance(slow, 5)
  return before
}

async function drain(clients: Clients): Promise<void> {
  for (let i = 0; i < 8; i++) await advance(slow, 10)
  await advance(slow, 300)
  for (let i = 0; i < 8; i++) await advance(slow, 10)
  await advance(slow, 300)
  expect(await membersOf(clients)).toHaveLength(2)
}

describe('a refresh that does not come to its end', () => {
  // https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CancelInstanceRefresh.html
  test('is cancelled: what it has replaced stays, the group stays as it is configured', async () => {
    const clients = clientsFor(slow.url)
    await halfway(clients)
    await clients.autoscaling.send(new CancelInstanceRefreshCommand({ AutoScalingGroupName: 'web' }))
    expect(await refreshOf(clients)).toMatchObject({ Status: 'Cancelling' })
    await drain(clients)
    expect(await refreshOf(clients)).toMatchObject({ Status: 'Cancelled', EndTime: expect.any(Date) })
    expect(new Set(await typesOf(clients))).toEqual(new Set(['t3.micro', 't3.small']))
    expect(await groupOf(clients)).toMatchObject({ LaunchTemplate: { Version: '1' } })
  })

  // https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html
  test('is rolled back: what it has launched is replaced from the group’s own configuration', async () => {
    const clients = clientsFor(slow.url)
    const before = await halfway(clients)
    await clients.autoscaling.send(new RollbackInstanceRefreshCommand({ AutoScalingGroupName: 'web' }))
    expect(await refreshOf(clients)).toMatchObject({
      Status: 'RollbackInProgress',
      RollbackDetails: { RollbackReason: expect.any(String), InstancesToUpdateOnRollback: 1 }
    })
    await drain(clients)
    expect(await refreshOf(clients)).toMatchObject({ Status: 'RollbackSuccessful', PercentageComplete: 0 })
    expect(await typesOf(clients)).toEqual(['t3.micro', 't3.micro'])
    expect((await memberIdsOf(clients)).filter(id => before.includes(id))).toHaveLength(1)
    expect(await groupOf(clients)).toMatchObject({ LaunchTemplate: { Version: '1' } })
  })

  test.each([
    ['without a desired configuration', { DesiredConfiguration: undefined }, '1'],
    ['of a group of $Latest', {}, '$Latest'],
    ['of a group of $Default', {}, '$Default']
  ])('is not rolled back %s', async (_, change, version) => {
    const clients = clientsFor(slow.url)
    await halfway(clients, change, version)
    const rollback = clients.autoscaling.send(new RollbackInstanceRefreshCommand({ AutoScalingGroupName: 'web' }))
    await expect(rollback).rejects.toMatchObject({ name: 'IrreversibleInstanceRefreshFault' })
  })

  test.each([CancelInstanceRefreshCommand, RollbackInstanceRefreshCommand])(
    'is not there to be ended: %p',
    async Command => {
      const clients = clientsFor(sandbox.url)
      await makeGroup(clients)
      await expect(
        clients.autoscaling.send(new Command({ AutoScalingGroupName: 'web' }) as CancelInstanceRefreshCommand)
      ).rejects.toMatchObject({ name: 'ActiveInstanceRefreshNotFoundFault' })
    }
  )

  // https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_StartInstanceRefresh.html: "An instance refresh might fail
  // for several reasons, such as EC2 launch failures"
  test.each([
    [false, 'Failed'],
    [true, 'RollbackSuccessful']
  ])('because its image goes away, with auto rollback %p: %s', async (AutoRollback, Status) => {
    const clients = clientsFor(slow.url)
    const ImageId = await createImage(clients, { InstanceId: await launched(slow, clients, 'stopped'), Name: 'golden' })
    for (let i = 0; i < 4; i++) await advance(slow, 600)
    const LaunchTemplateId = await makeTemplate(clients)
    await makeGroup(clients, { LaunchTemplate: { LaunchTemplateId, Version: '1' } })
    for (let i = 0; i < 3; i++) await advance(slow, 5)
    const Version = await addVersion(clients, LaunchTemplateId, { ImageId })
    const DesiredConfiguration = { LaunchTemplate: { LaunchTemplateId, Version } }
    await start(clients, { DesiredConfiguration, Preferences: { AutoRollback } })
    await clients.ec2.send(new DeregisterImageCommand({ ImageId }))
    for (let i = 0; i < 12; i++) await advance(slow, 10)
    expect(await refreshOf(clients)).toMatchObject({
      Status,
      StatusReason: `The image id '[${ImageId}]' does not exist. Launching EC2 instance failed.`
    })
    expect(await membersOf(clients)).toMatchObject(Array(2).fill({ LaunchTemplate: { Version: '1' } }))
  })
})

test('a refresh under skip matching of a launch configuration replaces what is of another one', async () => {
  const clients = clientsFor(sandbox.url)
  await makeGroup(clients, { DesiredCapacity: 1 })
  await settle()
  await makeConfiguration(clients, { LaunchConfigurationName: 'web-2' })
  const before = await memberIdsOf(clients)
  await start(clients, { Preferences: { SkipMatching: true } })
  await settle()
  expect(await memberIdsOf(clients)).toEqual(before)
})
