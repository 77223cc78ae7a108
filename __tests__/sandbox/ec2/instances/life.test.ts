import { randomUUID } from 'node:crypto'
import {
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  GetConsoleOutputCommand,
  type Instance,
  RebootInstancesCommand,
  type RunInstancesRequest,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand
} from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { advance, serve, served, useClients } from '../../../support/sandbox.ts'
import { addKey, IMAGES, SNAPSHOT_KEY, seeder } from '../fixture.ts'
import { launch as launchOne } from '../make.ts'

const guests = new HandGuests()
const sandbox = await served(serve({ guests, seeder, latencyFactor: 1 }))
const clients = useClients(sandbox)
beforeEach(() => {
  guests.bootFailure = undefined
})

const LONG_ENOUGH_SECONDS = 120
const region = () => sandbox.world.region('us-east-1', '')
const recordOf = (id: string) => region().instances.get(id)

const launch = async (change: Partial<RunInstancesRequest> = {}) => (await launchOne(clients, change)).InstanceId ?? ''

async function running(change: Partial<RunInstancesRequest> = {}): Promise<string> {
  const id = await launch(change)
  await advance(sandbox, LONG_ENOUGH_SECONDS)
  return id
}

async function describeOne(id: string): Promise<Instance> {
  const { Reservations } = await clients.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))
  return Reservations?.[0]?.Instances?.[0] ?? {}
}

describe('a launch', () => {
  test('goes from pending to running, with its volumes attached and a public address', async () => {
    const id = await launch()
    expect(await describeOne(id)).toMatchObject({ State: { Name: 'pending' } })
    await advance(sandbox, 5)
    expect(await describeOne(id)).toMatchObject({
      State: { Code: 16, Name: 'running' },
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Status: 'attached', DeleteOnTermination: true } }],
      PublicIpAddress: expect.stringMatching(/^203\.0\.113\./)
    })
  })

  test('boots a guest on volumes made from the image, with user data and metadata', async () => {
    const UserData = Buffer.from('#!/bin/sh\n').toString('base64')
    const BlockDeviceMappings = [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1 } }]
    const id = await running({ UserData, BlockDeviceMappings, IamInstanceProfile: { Name: 'builder' } })
    const { request } = guests.of(id)
    expect(request).toMatchObject({ first: true, agent: true })
    expect(Buffer.from(request.userData ?? []).toString()).toBe('#!/bin/sh\n')
    expect(request.volumes.map(({ device, root }) => [device, root])).toEqual([
      ['/dev/xvda', true],
      ['/dev/sdf', false]
    ])
    const layers = request.volumes.map(({ volumeId }) => guests.volumes.get(volumeId))
    expect(layers).toEqual([['base:host', 'layer:snap-00000000000000001'], []])
    expect(request.metadata).toMatchObject({
      'meta-data/instance-id': id,
      'meta-data/ami-id': IMAGES.linux,
      'meta-data/placement/region': 'us-east-1',
      'meta-data/iam/security-credentials/': 'builder'
    })
  })

  test('the role credentials in its metadata are good for calls as that role', async () => {
    const id = await running({ IamInstanceProfile: { Name: 'builder' } })
    const { metadata } = guests.of(id).request
    const { AccessKeyId } = JSON.parse(metadata['meta-data/iam/security-credentials/builder'] ?? '{}')
    const { account } = clients
    const arn = `arn:aws:sts::${account}:assumed-role/builder/${id}`
    expect(sandbox.world.sessions.get(AccessKeyId)).toMatchObject({ account, arn })
  })

  test('the agent answers a while after the guest is there, and only with an instance profile', async () => {
    const [agent, none] = [await launch({ IamInstanceProfile: { Name: 'builder' } }), await launch()]
    await advance(sandbox, 5)
    expect(recordOf(agent)?.agentSince).toBeUndefined()
    await advance(sandbox, 55)
    expect(recordOf(agent)?.agentSince).toBeInstanceOf(Date)
    expect(recordOf(none)?.agentSince).toBeUndefined()
  })

  test('terminated while pending never boots', async () => {
    const id = await launch()
    await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    expect(guests.bootsOf(id)).toEqual([])
    expect(await describeOne(id)).toMatchObject({ State: { Name: 'terminated' } })
  })

  test('that cannot boot ends in Server.InternalError, and the console says why', async () => {
    guests.bootFailure = 'no base image'
    const id = await running()
    const code = 'Server.InternalError'
    expect(await describeOne(id)).toMatchObject({ State: { Name: 'terminated' }, StateReason: { Code: code } })
    const { Output = '' } = await clients.ec2.send(new GetConsoleOutputCommand({ InstanceId: id }))
    expect(Buffer.from(Output, 'base64').toString()).toContain('no base image')
  })
})

// EC2 checks a key only after it has accepted the launch:
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html
describe('a launch with a key that cannot be used', () => {
  const encrypted = (KmsKeyId: string) => ({
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, KmsKeyId } }]
  })

  test('is accepted, then terminated with Client.InternalError where there is no such key', async () => {
    const id = await launch(encrypted('alias/nowhere'))
    expect(await describeOne(id)).toMatchObject({ State: { Name: 'pending' } })
    await advance(sandbox, 5)
    const StateReason = { Code: 'Client.InternalError', Message: 'Client.InternalError: Client error on launch' }
    expect(await describeOne(id)).toMatchObject({ State: { Name: 'terminated' }, StateReason })
    const left = [...region().volumes.values()].filter(({ ownerId }) => ownerId === clients.account)
    expect(left).toEqual([])
  })

  test('is terminated with Client.InvalidKMSKey.InvalidState where the key is disabled', async () => {
    const key = randomUUID()
    const id = await launch(encrypted(key))
    addKey(region(), clients.account, key)
    Object.assign(region().keys.get(key)?.key ?? {}, { KeyState: 'Disabled' })
    await advance(sandbox, 5)
    const Code = 'Client.InvalidKMSKey.InvalidState'
    expect(await describeOne(id)).toMatchObject({ State: { Name: 'terminated' }, StateReason: { Code } })
  })

  test('fails as well where the key of the image’s snapshot is disabled', async () => {
    const key = region().keys.get(SNAPSHOT_KEY)?.key ?? {}
    Object.assign(key, { KeyState: 'Disabled' })
    const id = await running({ ImageId: IMAGES.encrypted })
    Object.assign(key, { KeyState: 'Enabled' })
    const Code = 'Client.InvalidKMSKey.InvalidState'
    expect(await describeOne(id)).toMatchObject({ State: { Name: 'terminated' }, StateReason: { Code } })
  })
})

describe('a guest that ends by itself', () => {
  const initiated = {
    Code: 'Client.InstanceInitiatedShutdown',
    Message: 'Client.InstanceInitiatedShutdown: Instance initiated shutdown'
  }

  test.each([
    ['stop', 'stopping', 'stopped'],
    ['terminate', 'shutting-down', 'terminated']
  ] as const)('by poweroff leads to what its shutdown behavior says: %s', async (behavior, first, last) => {
    const id = await running({ InstanceInitiatedShutdownBehavior: behavior })
    guests.of(id).request.onEnd('poweroff')
    await advance(sandbox, 0)
    expect(await describeOne(id)).toMatchObject({ State: { Name: first } })
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    expect(await describeOne(id)).toMatchObject({ State: { Name: last }, StateReason: initiated })
  })

  test('by reboot boots again, on the same volumes, not for the first time', async () => {
    const id = await running()
    guests.of(id).request.onEnd('reboot')
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    const [first, second, ...more] = guests.bootsOf(id)
    expect([first?.first, second?.first, more.length]).toEqual([true, false, 0])
    expect(second?.volumes).toEqual(first?.volumes)
    expect(await describeOne(id)).toMatchObject({ State: { Name: 'running' } })
  })

  test('by a crash leaves its instance running, and impaired', async () => {
    const id = await running({ IamInstanceProfile: { Name: 'builder' } })
    guests.of(id).request.onEnd('crash')
    await advance(sandbox, 0)
    const { InstanceStatuses } = await clients.ec2.send(new DescribeInstanceStatusCommand({ InstanceIds: [id] }))
    expect(InstanceStatuses).toMatchObject([
      { InstanceState: { Name: 'running' }, InstanceStatus: { Status: 'impaired' }, SystemStatus: { Status: 'ok' } }
    ])
    expect(recordOf(id)?.agentSince).toBeUndefined()
  })
})

describe('StopInstances', () => {
  test('shuts the guest down; the instance says who stopped it, and when', async () => {
    const id = await running()
    const { StoppingInstances } = await clients.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }))
    expect(StoppingInstances).toMatchObject([
      { InstanceId: id, PreviousState: { Name: 'running' }, CurrentState: { Code: 64, Name: 'stopping' } }
    ])
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    const stopped = await describeOne(id)
    expect(stopped).toMatchObject({
      State: { Code: 80, Name: 'stopped' },
      StateReason: { Code: 'Client.UserInitiatedShutdown' },
      StateTransitionReason: expect.stringMatching(/^User initiated \(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d GMT\)$/)
    })
    expect(stopped.PublicIpAddress).toBeUndefined()
    expect(guests.of(id).ended).toBe('stop')
  })

  test('with Force does not wait for the guest', async () => {
    const id = await running()
    await clients.ec2.send(new StopInstancesCommand({ InstanceIds: [id], Force: true }))
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    expect(guests.of(id).ended).toBe('kill')
  })
})

describe('StartInstances', () => {
  test('boots a stopped instance with what its volumes hold, and its user data as not the first time', async () => {
    const id = await running({ UserData: Buffer.from('#!/bin/sh').toString('base64') })
    const { LaunchTime: before } = await describeOne(id)
    await clients.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }))
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    const { StartingInstances } = await clients.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }))
    expect(StartingInstances).toMatchObject([{ PreviousState: { Name: 'stopped' }, CurrentState: { Name: 'pending' } }])
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    const started = await describeOne(id)
    expect(started).toMatchObject({ State: { Name: 'running' }, StateTransitionReason: '' })
    expect(started.StateReason).toBeUndefined()
    expect(started.LaunchTime?.getTime()).toBeGreaterThan(before?.getTime() ?? 0)
    expect(guests.bootsOf(id).map(({ first }) => first)).toEqual([true, false])
  })

  test('goes back to stopped where the key has been disabled meanwhile', async () => {
    const KmsKeyId = randomUUID()
    addKey(region(), clients.account, KmsKeyId)
    const Ebs = { Encrypted: true, KmsKeyId }
    const id = await running({ BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs }] })
    await clients.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }))
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    Object.assign(region().keys.get(KmsKeyId)?.key ?? {}, { KeyState: 'PendingDeletion' })
    await clients.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }))
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    const Code = 'Client.InvalidKMSKey.InvalidState'
    expect(await describeOne(id)).toMatchObject({ State: { Name: 'stopped' }, StateReason: { Code } })
  })
})

describe('RebootInstances', () => {
  test('shuts the guest down and boots it again', async () => {
    const id = await running()
    const before = guests.of(id)
    await clients.ec2.send(new RebootInstancesCommand({ InstanceIds: [id] }))
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    expect(before.ended).toBe('stop')
    expect(guests.bootsOf(id).map(({ first }) => first)).toEqual([true, false])
    expect(await describeOne(id)).toMatchObject({ State: { Name: 'running' } })
  })
})

describe('TerminateInstances', () => {
  test('deletes the volumes that go with the instance, and their content; others become available', async () => {
    const id = await running({
      BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, DeleteOnTermination: false } }]
    })
    const [root, kept] = guests.of(id).request.volumes.map(({ volumeId }) => volumeId)
    await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    expect(region().volumes.has(root ?? '')).toBe(false)
    expect(guests.volumes.has(root ?? '')).toBe(false)
    expect(region().volumes.get(kept ?? '')?.volume).toMatchObject({ State: 'available', Attachments: [] })
  })

  test('keeps the layers that a snapshot still stands on, and deletes those that nothing does', async () => {
    const id = await running()
    const [{ volumeId = '' } = {}] = guests.of(id).request.volumes
    const record = region().volumes.get(volumeId)
    if (record) record.layers = [...record.layers, `layer:${id}`]
    await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    expect(guests.deletedLayers).toEqual([`layer:${id}`])
  })

  test('gives back the address, the interface and the rest; the instance stays visible for an hour', async () => {
    const id = await running({ IamInstanceProfile: { Name: 'builder' } })
    await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    const dead = await describeOne(id)
    expect(dead).toMatchObject({ State: { Code: 48, Name: 'terminated' }, PublicDnsName: '' })
    for (const gone of ['PrivateIpAddress', 'SubnetId', 'VpcId', 'IamInstanceProfile'] as const) {
      expect(dead[gone]).toBeUndefined()
    }
    const interfaces = [...region().networkInterfaces.values()].filter(({ ownerId }) => ownerId === clients.account)
    expect(interfaces).toEqual([])
    await advance(sandbox, 3600)
    const NotFound = { name: 'InvalidInstanceID.NotFound', message: `The instance ID '[${id}]' does not exist` }
    await expect(describeOne(id)).rejects.toMatchObject(NotFound)
  })

  test('with SkipOsShutdown does not wait for the guest', async () => {
    const id = await running()
    await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id], SkipOsShutdown: true }))
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    expect(guests.of(id).ended).toBe('kill')
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html
describe('GetConsoleOutput', () => {
  const read = async (InstanceId: string, Latest = false): Promise<string> => {
    const { Output = '' } = await clients.ec2.send(new GetConsoleOutputCommand({ InstanceId, Latest }))
    return Buffer.from(Output, 'base64').toString()
  }

  test('answers what was posted after the last transition; with Latest what is there now', async () => {
    const id = await running()
    guests.of(id).request.onConsole('provisioned\n')
    expect(await read(id)).toBe('')
    expect(await read(id, true)).toBe('provisioned\n')
    await clients.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }))
    await advance(sandbox, LONG_ENOUGH_SECONDS)
    expect(await read(id)).toBe('provisioned\n')
  })

  test('keeps the most recent 64 KB', async () => {
    const id = await running()
    guests.of(id).request.onConsole('ä'.repeat(64 * 1024))
    guests.of(id).request.onConsole('the end.')
    const output = Buffer.from(await read(id, true))
    expect(output.length).toBe(64 * 1024)
    expect(output.toString().endsWith('äthe end.')).toBe(true)
  })

  test('offers Latest on Nitro types only', async () => {
    const id = await running({ InstanceType: 't2.micro' })
    await expect(read(id, true)).rejects.toMatchObject({ name: 'UnsupportedOperation' })
  })
})
