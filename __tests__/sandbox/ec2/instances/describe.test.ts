import {
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  type DescribeInstancesRequest,
  RunInstancesCommand,
  type RunInstancesRequest,
  StopInstancesCommand
} from '@aws-sdk/client-ec2'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { advance, type Clients, clientsFor, serve, served } from '../../../support/sandbox.ts'
import { IMAGES, seeder } from '../fixture.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder, latencyFactor: 1 }))
let clients: Clients
/** A running and a stopped instance of one reservation, a pending one of another. */
let ids: { running: string; stopped: string; pending: string }
beforeAll(async () => {
  clients = clientsFor(sandbox.url)
  const tags = [{ ResourceType: 'instance' as const, Tags: [{ Key: 'ami-action:run', Value: 'run*1' }] }]
  const [running = '', stopped = ''] = await launch({ MinCount: 2, MaxCount: 2, TagSpecifications: tags })
  await advance(sandbox, 120)
  await clients.ec2.send(new StopInstancesCommand({ InstanceIds: [stopped] }))
  await advance(sandbox, 120)
  const [pending = ''] = await launch({ ImageId: IMAGES.arm, InstanceType: 't4g.micro', ClientToken: 'token' })
  ids = { running, stopped, pending }
})

async function launch(change: Partial<RunInstancesRequest>): Promise<string[]> {
  const request = { ImageId: IMAGES.linux, InstanceType: 't3.micro' as const, MinCount: 1, MaxCount: 1, ...change }
  const { Instances = [] } = await clients.ec2.send(new RunInstancesCommand(request))
  return Instances.map(({ InstanceId = '' }) => InstanceId)
}

async function found(request: DescribeInstancesRequest): Promise<(string | undefined)[]> {
  const { Reservations = [] } = await clients.ec2.send(new DescribeInstancesCommand(request))
  return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId }) => InstanceId))
}

type Found = (keyof typeof ids)[]

describe('DescribeInstances', () => {
  test.each([
    ['instance-state-name', ['running', 'pending'], ['running', 'pending']],
    ['instance-state-code', ['80'], ['stopped']],
    ['image-id', [IMAGES.arm], ['pending']],
    ['instance-type', ['t4g.*'], ['pending']],
    ['architecture', ['x86_64'], ['running', 'stopped']],
    ['client-token', ['token'], ['pending']],
    ['tag:ami-action:run', ['run\\*1'], ['running', 'stopped']],
    ['tag-key', ['ami-action:*'], ['running', 'stopped']],
    ['availability-zone', ['us-east-1a'], ['running', 'stopped', 'pending']],
    ['state-reason-code', ['Client.UserInitiatedShutdown'], ['stopped']],
    ['launch-index', ['1'], ['stopped']],
    ['key-name', ['*'], []],
    ['ip-address', ['203.0.113.*'], ['running']],
    ['metadata-options.http-tokens', ['optional'], ['running', 'stopped', 'pending']],
    ['block-device-mapping.status', ['attached'], ['running', 'stopped']],
    ['block-device-mapping.delete-on-termination', ['true'], ['running', 'stopped', 'pending']],
    ['network-interface.attachment.device-index', ['0'], ['running', 'stopped', 'pending']],
    ['instance.group-name', ['default'], ['running', 'stopped', 'pending']],
    ['operator.managed', ['true'], []],
    ['host-id', ['*'], []],
    ['availability-zone-id', ['us-east-1-az1'], ['running', 'stopped', 'pending']],
    ['network-interface.association.public-ip', ['203.*'], ['running']],
    ['network-interface.ipv6-native', ['true'], []],
    ['vpc-id', ['vpc-0123456789abcdef0'], []]
  ] as [string, string[], Found][])('filters by %s = %j', async (Name, Values, expected) => {
    const names = (await found({ Filters: [{ Name, Values }] })).map(
      id => Object.entries(ids).find(([, other]) => other === id)?.[0]
    )
    expect(names).toEqual(expected)
  })

  test('filters by subnet and id, all of which must match', async () => {
    const { Reservations } = await clients.ec2.send(new DescribeInstancesCommand({ InstanceIds: [ids.running] }))
    const subnet = Reservations?.[0]?.Instances?.[0]?.SubnetId ?? ''
    const byBoth = [
      { Name: 'subnet-id', Values: [subnet] },
      { Name: 'instance-id', Values: [ids.running, ids.pending] }
    ]
    expect(await found({ Filters: byBoth })).toEqual([ids.running, ids.pending])
  })

  test('groups by reservation', async () => {
    const { Reservations = [] } = await clients.ec2.send(new DescribeInstancesCommand({}))
    expect(Reservations.map(({ OwnerId, Instances }) => [OwnerId, Instances?.length])).toEqual([
      [clients.account, 2],
      [clients.account, 1]
    ])
  })

  test('shows nothing of another account', async () => {
    const { ec2 } = clientsFor(sandbox.url)
    expect((await ec2.send(new DescribeInstancesCommand({}))).Reservations).toEqual([])
  })

  test('returns pages', async () => {
    const own = clientsFor(sandbox.url)
    const request = { ImageId: IMAGES.linux, InstanceType: 't3.micro' as const, MinCount: 6, MaxCount: 6 }
    await own.ec2.send(new RunInstancesCommand(request))
    const first = await own.ec2.send(new DescribeInstancesCommand({ MaxResults: 5 }))
    const next = new DescribeInstancesCommand({ MaxResults: 5, NextToken: first.NextToken })
    const second = await own.ec2.send(next)
    const counts = [first, second].map(({ Reservations }) => Reservations?.[0]?.Instances?.length)
    expect(counts).toEqual([5, 1])
    expect(second.NextToken).toBeUndefined()
  })

  test.each([
    ['a page of four', { MaxResults: 4 }, 'InvalidParameterValue'],
    ['pages of ids', { MaxResults: 5, InstanceIds: ['i-0123456789abcdef0'] }, 'InvalidParameterCombination'],
    ['a filter that does not exist', { Filters: [{ Name: 'color', Values: ['red'] }] }, 'InvalidParameterValue'],
    ['an id that does not exist', { InstanceIds: ['i-0123456789abcdef0'] }, 'InvalidInstanceID.NotFound']
  ])('refuses %s', async (_, request, name) => {
    await expect(found(request)).rejects.toMatchObject({ name })
  })
})

describe('DescribeInstanceStatus', () => {
  const statusOf = async (IncludeAllInstances: boolean) => {
    const request = new DescribeInstanceStatusCommand({ IncludeAllInstances })
    const { InstanceStatuses = [] } = await clients.ec2.send(request)
    return Object.fromEntries(InstanceStatuses.map(each => [each.InstanceId, each.InstanceStatus?.Status]))
  }

  test('answers for running instances', async () => {
    expect(await statusOf(false)).toEqual({ [ids.running]: 'ok' })
  })

  test('answers for all when asked to', async () => {
    const expected = { [ids.running]: 'ok', [ids.stopped]: 'not-applicable', [ids.pending]: 'not-applicable' }
    expect(await statusOf(true)).toEqual(expected)
  })
})
