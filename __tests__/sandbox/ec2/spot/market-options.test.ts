import {
  CreateTagsCommand,
  DescribeTagsCommand,
  type InstanceMarketOptionsRequest,
  type SpotMarketOptions,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { advance, serve, served, useClients } from '../../../support/sandbox.ts'
import { seeder } from '../fixture.ts'
import { launch, launched } from '../make.ts'
import { cancelAll, instancesOf, ONE_TIME, PERSISTENT, settleAll, spotRequestsOf, statesOf, statusOf } from './spot.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder, latencyFactor: 1 }))
const clients = useClients(sandbox)

const terminate = (id: string) => clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))
const stop = (id: string) => clients.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }))
const start = (id: string) => clients.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }))

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SpotMarketOptions.html
describe('RunInstances on the spot market', () => {
  test('makes a request for each instance, which is fulfilled at once', async () => {
    await launch(clients, { InstanceMarketOptions: ONE_TIME, MinCount: 2, MaxCount: 2 })
    const [requests, instances] = [await spotRequestsOf(clients), await instancesOf(clients)]
    expect(requests.map(({ InstanceId }) => InstanceId)).toEqual(instances.map(({ InstanceId }) => InstanceId))
    expect(requests.map(({ SpotInstanceRequestId: id }) => id)).toEqual(
      instances.map(({ SpotInstanceRequestId: id }) => id)
    )
    expect(requests[0]).toMatchObject({
      SpotInstanceRequestId: expect.stringMatching(/^sir-[0-9a-z]{8}$/),
      State: 'active',
      Status: { Code: 'fulfilled' },
      Type: 'one-time',
      InstanceInterruptionBehavior: 'terminate',
      LaunchedAvailabilityZone: 'us-east-1a',
      LaunchSpecification: { InstanceType: 't3.micro' },
      ProductDescription: 'Linux/UNIX',
      SpotPrice: expect.stringMatching(/^0\.\d{6}$/)
    })
    expect(instances[0]).toMatchObject({ InstanceLifecycle: 'spot' })
  })

  test('tags the request, at once or later', async () => {
    const TagSpecifications = [
      { ResourceType: 'spot-instances-request' as const, Tags: [{ Key: 'run', Value: '1' }] },
      { ResourceType: 'instance' as const, Tags: [{ Key: 'of', Value: 'instance' }] }
    ]
    const { SpotInstanceRequestId: id = '' } = await launch(clients, {
      InstanceMarketOptions: ONE_TIME,
      TagSpecifications
    })
    await clients.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'more', Value: '2' }] }))
    const Tags = [
      { Key: 'run', Value: '1' },
      { Key: 'more', Value: '2' }
    ]
    expect(await spotRequestsOf(clients)).toMatchObject([{ Tags }])
    const Filters = [{ Name: 'resource-type', Values: ['spot-instances-request'] }]
    expect((await clients.ec2.send(new DescribeTagsCommand({ Filters }))).Tags).toHaveLength(2)
  })

  test.each([
    ['a price below 0.001 USD', { MaxPrice: '0.0001' }, 'InvalidParameterValue'],
    ['a persistent request that terminates', { SpotInstanceType: 'persistent' }, 'InvalidParameterCombination'],
    ['a one-time request that stops', { InstanceInterruptionBehavior: 'stop' }, 'InvalidParameterCombination'],
    ['an end of a one-time request', { ValidUntil: new Date('2099-01-01') }, 'InvalidParameterCombination'],
    ['hibernation, which the sandbox has not', { InstanceInterruptionBehavior: 'hibernate' }, 'UnsupportedOperation']
  ] as [string, SpotMarketOptions, string][])('refuses %s', async (_, SpotOptions, name) => {
    const InstanceMarketOptions: InstanceMarketOptionsRequest = { MarketType: 'spot', SpotOptions }
    await expect(launch(clients, { InstanceMarketOptions })).rejects.toMatchObject({ name })
    expect(await spotRequestsOf(clients)).toEqual([])
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instances-request-status-lifecycle.html
describe('a one-time request', () => {
  test('is closed with its instance', async () => {
    const id = await launched(sandbox, clients, 'running', { InstanceMarketOptions: ONE_TIME })
    await terminate(id)
    await settleAll(sandbox)
    expect(await statusOf(clients)).toBe('closed/instance-terminated-by-user')
    expect(await statesOf(clients)).toEqual(['terminated'])
  })

  test('can be seen for four hours more', async () => {
    await terminate(await launched(sandbox, clients, 'running', { InstanceMarketOptions: ONE_TIME }))
    await settleAll(sandbox)
    await advance(sandbox, 3.9 * 3600)
    expect(await spotRequestsOf(clients)).toHaveLength(1)
    await advance(sandbox, 0.2 * 3600)
    expect(await spotRequestsOf(clients)).toEqual([])
  })

  test('goes on without itself when it is cancelled: its instance keeps running', async () => {
    const id = await launched(sandbox, clients, 'running', { InstanceMarketOptions: ONE_TIME })
    const { CancelledSpotInstanceRequests } = await cancelAll(clients)
    expect(CancelledSpotInstanceRequests).toMatchObject([{ State: 'cancelled' }])
    await settleAll(sandbox)
    expect(await statusOf(clients)).toBe('cancelled/request-canceled-and-instance-running')
    expect(await statesOf(clients)).toEqual(['running'])
    await terminate(id)
    await settleAll(sandbox)
    expect(await statusOf(clients)).toBe('cancelled/instance-terminated-by-user')
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-requests.html
describe('a persistent request', () => {
  const launchPersistent = () =>
    launched(sandbox, clients, 'running', { InstanceMarketOptions: PERSISTENT, InstanceType: 't3.small' })

  test('launches the same configuration again when its instance is terminated', async () => {
    const first = await launchPersistent()
    await terminate(first)
    await settleAll(sandbox)
    expect(await statusOf(clients)).toBe('active/fulfilled')
    const [old, next] = await instancesOf(clients)
    expect(old).toMatchObject({ InstanceId: first, State: { Name: 'terminated' } })
    expect(next).toMatchObject({
      State: { Name: 'running' },
      InstanceType: 't3.small',
      ImageId: old?.ImageId,
      SpotInstanceRequestId: old?.SpotInstanceRequestId
    })
    expect((await spotRequestsOf(clients))[0]?.InstanceId).toBe(next?.InstanceId)
  })

  test('launches nothing more once it is cancelled', async () => {
    const id = await launchPersistent()
    await cancelAll(clients)
    await terminate(id)
    await advance(sandbox, 600)
    expect(await statesOf(clients)).toEqual(['terminated'])
    expect(await statusOf(clients)).toBe('cancelled/instance-terminated-by-user')
  })

  test('is disabled while its owner keeps the instance stopped', async () => {
    const id = await launchPersistent()
    await stop(id)
    expect(await statusOf(clients)).toBe('active/marked-for-stop')
    await settleAll(sandbox)
    expect(await statusOf(clients)).toBe('disabled/instance-stopped-by-user')
    await start(id)
    await settleAll(sandbox)
    expect(await statusOf(clients)).toBe('active/fulfilled')
    expect(await statesOf(clients)).toEqual(['running'])
  })

  test('takes a stopped instance with it when it is cancelled', async () => {
    await stop(await launchPersistent())
    await settleAll(sandbox)
    await cancelAll(clients)
    await settleAll(sandbox)
    expect(await statesOf(clients)).toEqual(['terminated'])
  })

  test('has an instance that cannot be stopped any more once it is cancelled', async () => {
    const id = await launchPersistent()
    await cancelAll(clients)
    await expect(stop(id)).rejects.toMatchObject({ name: 'UnsupportedOperation' })
  })

  test('waits for capacity to come back', async () => {
    const id = await launchPersistent()
    const { shortages } = sandbox.world.region('us-east-1', clients.account)
    shortages.push({ instanceType: 't3.small', market: 'spot' })
    await terminate(id)
    await settleAll(sandbox)
    expect(await statusOf(clients)).toBe('open/capacity-not-available')
    shortages.pop()
    await settleAll(sandbox)
    expect(await statusOf(clients)).toBe('active/fulfilled')
  })

  test('ends with its validity, and its instance goes on', async () => {
    const ValidUntil = new Date(sandbox.world.clock.now().getTime() + 3600_000)
    const SpotOptions = { ...PERSISTENT.SpotOptions, ValidUntil }
    await launched(sandbox, clients, 'running', { InstanceMarketOptions: { ...PERSISTENT, SpotOptions } })
    await advance(sandbox, 3600)
    expect(await statusOf(clients)).toBe('cancelled/schedule-expired')
    expect(await statesOf(clients)).toEqual(['running'])
  })
})
