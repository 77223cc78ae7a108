import {
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  StartInstancesCommand
} from '@aws-sdk/client-ec2'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { advance, type Clients, clientsFor, type RunningSandbox, serve } from '../../support/sandbox.ts'
import { seeder } from '../ec2/fixture.ts'
import {
  createImage,
  createSnapshot,
  createVolume,
  imageOf,
  launch,
  launched,
  settle,
  snapshotIdsOf,
  snapshotOf,
  volumeOf
} from '../ec2/make.ts'
import { ask } from './control-client.ts'

let sandbox: RunningSandbox
let clients: Clients
beforeEach(async () => {
  sandbox = await serve({ guests: new HandGuests(), seeder })
  clients = clientsFor(sandbox.url)
})
afterEach(() => sandbox.stop())

const rule = async (body: unknown) => expect(await ask(sandbox, 'POST', 'faults', body)).toMatchObject({ status: 200 })
const outcomeOf = (sent: Promise<unknown>): Promise<string> =>
  sent.then(
    () => 'ok',
    error => String(error.name)
  )
describe('what a call has made fails later', () => {
  test('fail: an image is pending, then failed, with the reason', async () => {
    const InstanceId = await launched(sandbox, clients, 'stopped')
    await rule({ operation: 'CreateImage', action: 'fail', code: 'Server.Boom', message: 'Server.Boom: it broke' })
    const id = await createImage(clients, { InstanceId, Name: 'broken' })
    await settle(sandbox)
    expect(await imageOf(clients, id)).toMatchObject({
      State: 'failed',
      StateReason: { Code: 'Server.Boom', Message: 'Server.Boom: it broke' }
    })
  })

  test('fail: a snapshot ends in error, with a StateMessage', async () => {
    const volume = await createVolume(clients)
    await settle(sandbox)
    await rule({ operation: 'CreateSnapshot', action: 'fail' })
    const id = await createSnapshot(clients, volume)
    await settle(sandbox)
    expect(await snapshotOf(clients, id)).toMatchObject({
      State: 'error',
      StateMessage: 'Server.InternalError: an internal error has occurred'
    })
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Snapshot.html (statusMessage)
  test('deny-key: an image fails through its snapshot, whose StateMessage says why', async () => {
    const InstanceId = await launched(sandbox, clients, 'stopped')
    await rule({ operation: 'CreateImage', action: 'deny-key' })
    const id = await createImage(clients, { InstanceId, Name: 'denied' })
    await settle(sandbox)
    const image = await imageOf(clients, id)
    const [snapshot = ''] = snapshotIdsOf(image)
    expect(image).toMatchObject({ State: 'failed' })
    expect(await snapshotOf(clients, snapshot)).toMatchObject({
      State: 'error',
      StateMessage: 'Given key ID is not accessible'
    })
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html
  test('deny-key: a launched instance is terminated, one that was started is stopped and may be started again', async () => {
    const stopped = await launched(sandbox, clients, 'stopped')
    await rule({ action: 'deny-key', count: 2 })
    const { InstanceId: launchedId = '' } = await launch(clients)
    await clients.ec2.send(new StartInstancesCommand({ InstanceIds: [stopped] }))
    await settle(sandbox)
    expect(await instance(launchedId)).toMatchObject({ name: 'terminated', reason: 'Client.InternalError' })
    expect(await instance(stopped)).toMatchObject({ name: 'stopped', reason: 'Client.InternalError' })
    await clients.ec2.send(new StartInstancesCommand({ InstanceIds: [stopped] }))
    await settle(sandbox)
    expect(await instance(stopped)).toMatchObject({ name: 'running' })
  })

  test('what was there before, and is only named in an answer, is left alone', async () => {
    const volume = await createVolume(clients)
    const id = await createSnapshot(clients, volume)
    await rule({ action: 'fail' })
    await clients.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [id] }))
    await settle(sandbox)
    expect(await snapshotOf(clients, id)).toMatchObject({ State: 'completed' })
  })
})

async function instance(id: string): Promise<{ name: string | undefined; reason: string | undefined }> {
  const { Reservations } = await clients.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))
  const found = Reservations?.[0]?.Instances?.[0]
  return { name: found?.State?.Name, reason: found?.StateReason?.Code }
}

describe('slow', () => {
  test('seconds: all transitions that a call starts take so much longer, also those that it leads to', async () => {
    const InstanceId = await launched(sandbox, clients, 'stopped')
    await rule({ operation: 'CreateImage', action: 'slow', seconds: 600 })
    const id = await createImage(clients, { InstanceId, Name: 'slow' })
    await advance(sandbox, 590)
    expect(await imageOf(clients, id)).toMatchObject({ State: 'pending' })
    const other = await createVolume(clients)
    await settle(sandbox)
    expect(await imageOf(clients, id)).toMatchObject({ State: 'available' })
    expect(await volumeOf(clients, other)).toMatchObject({ State: 'available' })
  })

  test('factor: so many times as long as the latency profile says', async () => {
    await asSlowAsAws()
    await rule({ operation: 'CreateVolume', action: 'slow', factor: 100, count: 1 })
    const [slow, usual] = [await createVolume(clients), await createVolume(clients)]
    await advance(sandbox, 100)
    expect(await volumeOf(clients, slow)).toMatchObject({ State: 'creating' })
    expect(await volumeOf(clients, usual)).toMatchObject({ State: 'available' })
    await advance(sandbox, 1000)
    expect(await volumeOf(clients, slow)).toMatchObject({ State: 'available' })
  })
})

async function asSlowAsAws(): Promise<void> {
  await sandbox.stop()
  sandbox = await serve({ guests: new HandGuests(), seeder, latencyFactor: 1 })
  clients = clientsFor(sandbox.url)
}

// https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
describe('stale', () => {
  const describeVolume = (id: string) => outcomeOf(clients.ec2.send(new DescribeVolumesCommand({ VolumeIds: [id] })))

  test('new resources are not found until their time has come', async () => {
    await createVolume(clients)
    await rule({ action: 'stale', seconds: 10 })
    const id = await createVolume(clients)
    expect(await describeVolume(id)).toBe('InvalidVolume.NotFound')
    expect((await clients.ec2.send(new DescribeVolumesCommand({}))).Volumes).toHaveLength(1)
    await advance(sandbox, 11)
    expect(await describeVolume(id)).toBe('ok')
  })

  test('changed resources are seen as they were, also where no request has changed them', async () => {
    await asSlowAsAws()
    const { InstanceId: id = '' } = await launch(clients)
    await rule({ operation: 'DescribeInstances', action: 'stale', seconds: 10 })
    await advance(sandbox, 6)
    expect(sandbox.world.usedRegion('us-east-1')?.instances.get(id)?.instance.State?.Name).toBe('running')
    expect(await instance(id)).toMatchObject({ name: 'pending' })
    await advance(sandbox, 11)
    expect(await instance(id)).toMatchObject({ name: 'running' })
  })

  test('only the reads that the rule concerns; what acts on a resource finds it', async () => {
    await createVolume(clients)
    await rule({ operation: 'DescribeVolumes', action: 'stale', seconds: 10, count: 1 })
    const id = await createVolume(clients)
    await createSnapshot(clients, id)
    expect([await describeVolume(id), await describeVolume(id)]).toEqual(['InvalidVolume.NotFound', 'ok'])
  })

  test('what an account has from the beginning was always there', async () => {
    await rule({ action: 'stale', seconds: 10 })
    const { ec2 } = clientsFor(sandbox.url)
    expect((await ec2.send(new DescribeVpcsCommand({}))).Vpcs).toMatchObject([{ IsDefault: true }])
  })

  test('ends with the rules', async () => {
    await createVolume(clients)
    await rule({ action: 'stale', seconds: 1000 })
    const id = await createVolume(clients)
    expect(await describeVolume(id)).toBe('InvalidVolume.NotFound')
    await ask(sandbox, 'DELETE', 'faults')
    expect(await describeVolume(id)).toBe('ok')
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
describe('interruption of Spot Instances', () => {
  const spot = { InstanceMarketOptions: { MarketType: 'spot' as const } }

  test('interrupt: what a call launches is interrupted so long after it, two minutes after the notice', async () => {
    await rule({ action: 'interrupt', seconds: 600, count: 1 })
    const [{ InstanceId: id = '' }, { InstanceId: other = '' }] = [
      await launch(clients, spot),
      await launch(clients, spot)
    ]
    await advance(sandbox, 610)
    await advance(sandbox, 60)
    expect(await instance(id)).toMatchObject({ name: 'running' })
    await advance(sandbox, 60)
    expect(await instance(id)).toMatchObject({ name: 'terminated', reason: 'Server.SpotInstanceTermination' })
    expect(await instance(other)).toMatchObject({ name: 'running' })
  })

  test('an on-demand instance is not concerned', async () => {
    await rule({ action: 'interrupt' })
    const { InstanceId: id = '' } = await launch(clients)
    await advance(sandbox, 600)
    expect(await instance(id)).toMatchObject({ name: 'running' })
  })

  test('POST /_sandbox/interruptions takes a running one back', async () => {
    const { InstanceId: id = '' } = await launch(clients, spot)
    await settle(sandbox)
    const body = { region: 'us-east-1', instance: id }
    expect(await ask(sandbox, 'POST', 'interruptions', body)).toEqual({
      status: 200,
      value: { at: expect.any(String) }
    })
    await advance(sandbox, 130)
    expect(await instance(id)).toMatchObject({ name: 'terminated' })
  })

  test.each([[{}], [{ region: 'us-east-1', instance: 'i-00000000' }]])('interruptions refuses %j', async body => {
    expect(await ask(sandbox, 'POST', 'interruptions', body)).toMatchObject({ status: 400 })
  })
})
