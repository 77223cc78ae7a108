import {
  DescribeInstancesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  RunInstancesCommand,
  type RunInstancesRequest,
  StartInstancesCommand
} from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Shortage, VcpuQuotas } from '../../../../src/sandbox/ec2/instances/capacity.ts'
import { HandGuests } from '../../../support/hand-guests.ts'
import { type Clients, clientsFor, serve, served } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'
import { launched } from '../make.ts'

const REGION = 'us-west-2'

const sandbox = await served(serve({ guests: new HandGuests(), seeder, latencyFactor: 1 }))
let clients: Clients
beforeEach(async () => {
  await sandbox.world.reset()
  clients = clientsFor(sandbox.url, undefined, REGION)
})

async function launch(change: Partial<RunInstancesRequest>): Promise<string | undefined> {
  const request = { ImageId: IMAGES.linux, InstanceType: 't3.micro' as const, MinCount: 1, MaxCount: 1, ...change }
  const { Instances: [instance] = [] } = await clients.ec2.send(new RunInstancesCommand(request))
  return instance?.Placement?.AvailabilityZone
}

const inZone = (letter: string) => ({ Placement: { AvailabilityZone: `${REGION}${letter}` } })
const spot = { InstanceMarketOptions: { MarketType: 'spot' as const } }
const lack = (...shortages: Shortage[]) => sandbox.world.region(REGION, '').shortages.push(...shortages)
const limit = (quotas: VcpuQuotas) => sandbox.world.region(REGION, '').vcpuQuotas.set(clients.account, quotas)

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html
describe('a type that not every zone offers', () => {
  test('is refused elsewhere, by a sentence that names the zones that do', async () => {
    const message =
      'Your requested instance type (t2.micro) is not supported in your requested Availability Zone (us-west-2d). Please retry your request by not specifying an Availability Zone or choosing us-west-2a, us-west-2b, us-west-2c.'
    const refused = launch({ InstanceType: 't2.micro', ...inZone('d') })
    await expect(refused).rejects.toMatchObject({ name: 'Unsupported', message })
    expect((await clients.ec2.send(new DescribeInstancesCommand({}))).Reservations).toEqual([])
    expect(await launch({ InstanceType: 't2.micro', ...inZone('c') })).toBe('us-west-2c')
  })

  test('is offered by those zones only', async () => {
    const Filters = [{ Name: 'instance-type', Values: ['t2.micro'] }]
    const command = new DescribeInstanceTypeOfferingsCommand({ LocationType: 'availability-zone', Filters })
    const { InstanceTypeOfferings = [] } = await clients.ec2.send(command)
    expect(InstanceTypeOfferings.map(({ Location }) => Location)).toEqual(['us-west-2a', 'us-west-2b', 'us-west-2c'])
  })

  test('does not exist where no zone of the region offers it', async () => {
    const { ec2 } = clientsFor(sandbox.url, undefined, 'eu-north-1')
    const describeOne = ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: ['t2.micro'] }))
    await expect(describeOne).rejects.toMatchObject({ name: 'InvalidInstanceType' })
    const { InstanceTypes = [] } = await ec2.send(new DescribeInstanceTypesCommand({}))
    expect(InstanceTypes.map(({ InstanceType }) => InstanceType)).not.toContain('t2.micro')
    const request = { ImageId: IMAGES.linux, InstanceType: 't2.micro' as const, MinCount: 1, MaxCount: 1 }
    await expect(ec2.send(new RunInstancesCommand(request))).rejects.toMatchObject({ name: 'Unsupported' })
  })
})

// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-error-codes.html
describe('a shortage', () => {
  test('of a type in a zone is answered as a server error that names other zones', async () => {
    lack({ zone: 'us-west-2a', instanceType: 't3.micro' })
    await expect(launch(inZone('a'))).rejects.toMatchObject({
      name: 'InsufficientInstanceCapacity',
      message: expect.stringContaining('or choosing us-west-2b, us-west-2c, us-west-2d.'),
      $metadata: { httpStatusCode: 500 }
    })
    expect(await launch({ ...inZone('a'), InstanceType: 't3.small' })).toBe('us-west-2a')
  })

  test('in one zone does not keep EC2 from choosing another', async () => {
    lack({ zone: 'us-west-2a' })
    expect(await launch({})).toBe('us-west-2b')
  })

  test('everywhere names no zone', async () => {
    lack({})
    const message = expect.not.stringContaining('choosing')
    await expect(launch({})).rejects.toMatchObject({ name: 'InsufficientInstanceCapacity', message })
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html
  test('keeps a stopped instance from being started: it has given its place up', async () => {
    const InstanceIds = [await launched(sandbox, clients, 'stopped')]
    lack({ zone: 'us-west-2a' })
    const start = () => clients.ec2.send(new StartInstancesCommand({ InstanceIds }))
    await expect(start()).rejects.toMatchObject({ name: 'InsufficientInstanceCapacity' })
    sandbox.world.region(REGION, '').shortages.length = 0
    expect((await start()).StartingInstances).toMatchObject([{ CurrentState: { Name: 'pending' } }])
  })

  test('on the spot market does not concern launches on demand', async () => {
    lack({ market: 'spot' })
    const message = 'There is no Spot capacity available that matches your request.'
    await expect(launch(spot)).rejects.toMatchObject({ name: 'InsufficientInstanceCapacity', message })
    expect(await launch({})).toBe('us-west-2a')
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html
describe('a quota of vCPUs', () => {
  test('limits what runs on demand', async () => {
    limit({ 'on-demand': 4 })
    await launch({ MinCount: 2, MaxCount: 2 })
    await expect(launch({})).rejects.toMatchObject({
      name: 'VcpuLimitExceeded',
      message: expect.stringContaining('limit of 4 allows')
    })
    await launch(spot)
  })

  test('limits spot instances, by another code', async () => {
    limit({ spot: 2 })
    await launch(spot)
    await expect(launch(spot)).rejects.toMatchObject({
      name: 'MaxSpotInstanceCountExceeded',
      message: 'Max spot instance count exceeded'
    })
  })
})
