import {
  AttachVolumeCommand,
  DetachVolumeCommand,
  GetConsoleOutputCommand,
  RebootInstancesCommand,
  StopInstancesCommand
} from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../support/hand-guests.ts'
import { serve, served, useClients } from '../../support/sandbox.ts'
import { seeder } from './fixture.ts'
import { createVolume, launched, settle, volumeIdsOf, volumeOf } from './make.ts'

const guests = new HandGuests()
const sandbox = await served(serve({ guests, seeder, latencyFactor: 1 }))
const clients = useClients(sandbox)
let instanceId: string
let volumeId: string
beforeEach(async () => {
  instanceId = await launched(sandbox, clients, 'running')
  volumeId = await createVolume(clients)
  await settle(sandbox)
})

async function attach(): Promise<void> {
  const request = { VolumeId: volumeId, InstanceId: instanceId, Device: '/dev/sdf' }
  await clients.ec2.send(new AttachVolumeCommand(request))
  await settle(sandbox)
}

async function reboot(): Promise<void> {
  await clients.ec2.send(new RebootInstancesCommand({ InstanceIds: [instanceId] }))
  await settle(sandbox)
}

const detach = (VolumeId = volumeId) => clients.ec2.send(new DetachVolumeCommand({ VolumeId }))
const devicesOfGuest = () => guests.of(instanceId).request.volumes.map(({ device }) => device)
const attachmentState = async () => (await volumeOf(clients, volumeId))?.Attachments?.[0]?.State

async function consoleOf(): Promise<string> {
  const { Output = '' } = await clients.ec2.send(new GetConsoleOutputCommand({ InstanceId: instanceId, Latest: true }))
  return Buffer.from(Output, 'base64').toString()
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachVolume.html
describe('a volume of a running instance', () => {
  test('is attached at once; the guest sees it from its next boot on, as its console says', async () => {
    await attach()
    expect(await attachmentState()).toBe('attached')
    expect(devicesOfGuest()).toEqual(['/dev/xvda'])
    expect(await consoleOf()).toContain(`${volumeId} is attached as /dev/sdf: this guest sees it from its next boot on`)
    await reboot()
    expect(devicesOfGuest()).toEqual(['/dev/xvda', '/dev/sdf'])
  })

  test('that no guest has booted with is detached at once', async () => {
    await attach()
    expect((await detach()).State).toBe('detaching')
    await settle(sandbox)
    expect(await volumeOf(clients, volumeId)).toMatchObject({ State: 'available', Attachments: [] })
  })

  // https://docs.aws.amazon.com/ebs/latest/userguide/ebs-detaching-volume.html
  test.each([
    ['reboots', reboot],
    [
      'stops',
      async () => {
        await clients.ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] }))
        await settle(sandbox)
      }
    ]
  ])('that its guest uses is busy until the guest %s', async (_, end) => {
    await attach()
    await reboot()
    expect((await detach()).State).toBe('busy')
    await settle(sandbox)
    expect(await attachmentState()).toBe('busy')
    expect(await consoleOf()).toContain(`${volumeId} is in use by this guest`)
    await end()
    expect(await volumeOf(clients, volumeId)).toMatchObject({ State: 'available', Attachments: [] })
    expect(await volumeIdsOf(clients, instanceId)).not.toContain(volumeId)
  })

  test('is not detached where it is the root', async () => {
    const [root = ''] = await volumeIdsOf(clients, instanceId)
    const message = `Unable to detach root volume '${root}' from instance '${instanceId}'`
    await expect(detach(root)).rejects.toMatchObject({ name: 'OperationNotPermitted', message })
  })
})
