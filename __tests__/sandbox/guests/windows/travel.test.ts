import { deserialize, serialize } from 'node:v8'
import {
  CopyImageCommand,
  CreateSnapshotCommand,
  DescribeInstancesCommand,
  RegisterImageCommand,
  StopInstancesCommand,
  TerminateInstancesCommand
} from '@aws-sdk/client-ec2'
import { DescribeInstanceInformationCommand } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { openGuests } from '../../../../src/sandbox/guests/open.ts'
import { seeder } from '../../../../src/sandbox/seed/seeder.ts'
import { restartMachines } from '../../../../src/sandbox/state/restart.ts'
import { transitions } from '../../../../src/sandbox/transitions.ts'
import {
  advance,
  type Clients,
  clientsFor,
  type RunningSandbox,
  serve,
  startSandbox
} from '../../../support/sandbox.ts'
import { describeReal } from '../real-guests.ts'
import { baseImage, createImage, identityOf, launchWindows, linesOf } from './windows.ts'

const MARK = 'Set-Content C:\\mark.txt made'
const READ = 'Get-Content C:\\mark.txt'

let clients: Clients

async function stop(sandbox: RunningSandbox, InstanceId: string): Promise<void> {
  await clients.ec2.send(new StopInstancesCommand({ InstanceIds: [InstanceId] }))
  await advance(sandbox, 0)
}

async function rootOf(InstanceId: string): Promise<string> {
  const { Reservations } = await clients.ec2.send(new DescribeInstancesCommand({ InstanceIds: [InstanceId] }))
  return Reservations?.[0]?.Instances?.[0]?.BlockDeviceMappings?.[0]?.Ebs?.VolumeId ?? ''
}

describe('what is on a Windows volume', () => {
  let sandbox: RunningSandbox
  let id: string
  beforeAll(async () => {
    sandbox = await startSandbox()
  })
  beforeEach(async () => {
    clients = clientsFor(sandbox.url)
    id = await launchWindows(sandbox, clients, { ImageId: await baseImage(clients, '2022') })
    await linesOf(clients, id, MARK)
  })
  afterAll(() => sandbox.stop())

  test('is in an image, also when the machine goes on and is gone in the end', async () => {
    const image = await createImage(sandbox, clients, id)
    await linesOf(clients, id, 'Set-Content C:\\mark.txt later')
    await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))
    await advance(sandbox, 0)
    expect(await linesOf(clients, await launchWindows(sandbox, clients, { ImageId: image }), READ)).toEqual(['made'])
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/CopyingAMIs.html
  test('is in the copy of an image in another region', async () => {
    const SourceImageId = await createImage(sandbox, clients, id)
    const there = clientsFor(sandbox.url, clients.account, 'eu-west-1')
    const request = { SourceImageId, SourceRegion: 'us-east-1', Name: 'a copy' }
    const { ImageId = '' } = await there.ec2.send(new CopyImageCommand(request))
    await advance(sandbox, 0)
    expect(await linesOf(there, await launchWindows(sandbox, there, { ImageId }), READ)).toEqual(['made'])
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/creating-an-ami-ebs.html: no Windows from a snapshot
  test('boots from an image that was registered of its snapshot, although that says Linux', async () => {
    await stop(sandbox, id)
    const { SnapshotId } = await clients.ec2.send(new CreateSnapshotCommand({ VolumeId: await rootOf(id) }))
    await advance(sandbox, 0)
    const { ImageId = '' } = await clients.ec2.send(
      new RegisterImageCommand({
        Name: 'registered',
        Architecture: 'x86_64',
        RootDeviceName: '/dev/sda1',
        BlockDeviceMappings: [{ DeviceName: '/dev/sda1', Ebs: { SnapshotId } }]
      })
    )
    await advance(sandbox, 0)
    const registered = await launchWindows(sandbox, clients, { ImageId })
    expect(await linesOf(clients, registered, READ)).toEqual(['made'])
    const { InstanceInformationList = [] } = await clients.ssm.send(new DescribeInstanceInformationCommand({}))
    expect(InstanceInformationList[0]).toMatchObject({ PlatformType: 'Windows' })
  })

  test('is there again when the sandbox is started on its state', async () => {
    const before = await identityOf(clients, id)
    const second = await startSandbox()
    try {
      second.world.restore(deserialize(serialize(sandbox.world.toData())), transitions)
      await restartMachines(second.world)
      await advance(second, 0)
      const again = clientsFor(second.url, clients.account)
      expect(await identityOf(again, id)).toEqual(before)
      expect(await linesOf(again, id, READ)).toEqual(['made'])
    } finally {
      await second.stop()
    }
  })
})

describeReal('where guests are real', () => {
  let sandbox: RunningSandbox
  beforeAll(async () => {
    const guests = await openGuests({ kind: 'real', bases: {}, allowSelfHosted: true })
    sandbox = await serve({ guests, seeder })
    clients = clientsFor(sandbox.url)
  })
  afterAll(() => sandbox.stop())

  test('those of Windows are scripted', async () => {
    const id = await launchWindows(sandbox, clients, { ImageId: await baseImage(clients, '2022') })
    await linesOf(clients, id, MARK)
    await stop(sandbox, id)
    const ImageId = await createImage(sandbox, clients, id)
    const other = await launchWindows(sandbox, clients, { ImageId })
    expect(await linesOf(clients, other, READ)).toEqual(['made'])
    expect(await identityOf(clients, other)).toMatchObject({ name: expect.stringMatching(/^EC2AMAZ-/) })
  })
})
