import {
  CancelSpotInstanceRequestsCommand,
  DescribeSpotInstanceRequestsCommand,
  DescribeSpotPriceHistoryCommand,
  RequestSpotInstancesCommand,
  type RequestSpotInstancesRequest,
  TerminateInstancesCommand
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { changeAccount, clientsFor, serve, served, useClients } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'
import { cancelAll, instancesOf, settleAll, spotRequestsOf, statesOf, statusOf } from './spot.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder, latencyFactor: 1 }))
const clients = useClients(sandbox)

const LaunchSpecification = { ImageId: IMAGES.linux, InstanceType: 't3.micro' as const }
const ask = (change: Partial<RequestSpotInstancesRequest> = {}) =>
  clients.ec2.send(new RequestSpotInstancesCommand({ LaunchSpecification, ...change }))

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RequestSpotInstances.html
describe('RequestSpotInstances', () => {
  test('answers open requests, which are fulfilled soon afterwards', async () => {
    const { SpotInstanceRequests } = await ask({ InstanceCount: 2, SpotPrice: '0.05' })
    expect(SpotInstanceRequests).toMatchObject([
      { State: 'open', Status: { Code: 'pending-evaluation' }, SpotPrice: '0.050000' },
      { State: 'open' }
    ])
    await settleAll(sandbox)
    const requests = await spotRequestsOf(clients)
    expect(requests.map(({ State }) => State)).toEqual(['active', 'active'])
    expect(await statesOf(clients)).toEqual(['running', 'running'])
  })

  test('answers the same requests to the same ClientToken', async () => {
    const [first, second] = [await ask({ ClientToken: 'once' }), await ask({ ClientToken: 'once' })]
    expect(second.SpotInstanceRequests).toEqual(first.SpotInstanceRequests)
    expect(await spotRequestsOf(clients)).toHaveLength(1)
  })

  test('waits where there is no capacity, and launches nothing once cancelled', async () => {
    sandbox.world.region('us-east-1', '').shortages.push({ instanceType: 't3.nano' })
    await ask({ LaunchSpecification: { ...LaunchSpecification, InstanceType: 't3.nano' } })
    await settleAll(sandbox)
    expect(await statusOf(clients)).toBe('open/capacity-not-available')
    await cancelAll(clients)
    await settleAll(sandbox)
    expect(await statusOf(clients)).toBe('cancelled/canceled-before-fulfillment')
    expect(await instancesOf(clients)).toEqual([])
  })

  test('may be persistent with instances that are terminated', async () => {
    await ask({ Type: 'persistent' })
    await settleAll(sandbox)
    const [request] = await spotRequestsOf(clients)
    const days = ((request?.ValidUntil?.getTime() ?? 0) - (request?.CreateTime?.getTime() ?? 0)) / 86_400_000
    expect([request?.InstanceInterruptionBehavior, days]).toEqual(['terminate', 7])
    const InstanceIds = [request?.InstanceId ?? '']
    await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds }))
    await settleAll(sandbox)
    expect(await statesOf(clients)).toEqual(['terminated', 'running'])
  })

  test.each([
    ['no launch specification', { LaunchSpecification: undefined }, 'MissingParameter'],
    ['a count of 0', { InstanceCount: 0 }, 'InvalidParameterValue'],
    [
      'an image that is not there',
      { LaunchSpecification: { ImageId: 'ami-0123456789abcdef0' } },
      'InvalidAMIID.NotFound'
    ],
    ['a launch group, which the sandbox has not', { LaunchGroup: 'g' }, 'UnsupportedOperation'],
    ['a dry run', { DryRun: true }, 'DryRunOperation']
  ] as [string, Partial<RequestSpotInstancesRequest>, string][])('refuses %s', async (_, change, name) => {
    await expect(ask(change)).rejects.toMatchObject({ name })
    expect(await spotRequestsOf(clients)).toEqual([])
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotInstanceRequests.html
describe('DescribeSpotInstanceRequests', () => {
  test.each([
    ['state', ['open'], 1],
    ['state', ['active'], 0],
    ['launch.image-id', [IMAGES.linux], 1],
    ['status-code', ['pending-*'], 1],
    ['type', ['persistent'], 0]
  ])('filters by %s = %j', async (Name, Values, count) => {
    await ask()
    const command = new DescribeSpotInstanceRequestsCommand({ Filters: [{ Name, Values }] })
    expect((await clients.ec2.send(command)).SpotInstanceRequests).toHaveLength(count)
  })

  test.each(['sir-0a1b2c3d', 'sir-1'])('knows only the requests of its account, and no %s', async id => {
    await ask()
    changeAccount(sandbox, clients)
    expect(await spotRequestsOf(clients)).toEqual([])
    const name = id === 'sir-1' ? 'InvalidSpotInstanceRequestID.Malformed' : 'InvalidSpotInstanceRequestID.NotFound'
    const command = new CancelSpotInstanceRequestsCommand({ SpotInstanceRequestIds: [id] })
    await expect(clients.ec2.send(command)).rejects.toMatchObject({ name })
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotPriceHistory.html
test('DescribeSpotPriceHistory answers a price for each zone that offers the type', async () => {
  const { ec2 } = clientsFor(sandbox.url, undefined, 'us-west-2')
  const request = { InstanceTypes: ['t2.micro' as const], ProductDescriptions: ['Linux/UNIX'] }
  const { SpotPriceHistory = [] } = await ec2.send(new DescribeSpotPriceHistoryCommand(request))
  const zones = SpotPriceHistory.map(({ AvailabilityZone }) => AvailabilityZone)
  expect(zones).toEqual(['us-west-2a', 'us-west-2b', 'us-west-2c'])
  expect(SpotPriceHistory[0]).toMatchObject({
    SpotPrice: expect.stringMatching(/^0\.\d{6}$/),
    InstanceType: 't2.micro'
  })
})
