import { CreateSnapshotCommand, CreateVolumeCommand, GetConsoleOutputCommand } from '@aws-sdk/client-ec2'
import { GetParameterCommand } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openGuests } from '../../../../src/sandbox/guests/open.ts'
import { seeder } from '../../../../src/sandbox/seed/seeder.ts'
import { type Clients, clientsFor, type RunningSandbox, serve } from '../../../support/sandbox.ts'
import { describeReal } from '../../guests/real-guests.ts'
import { launch, snapshotOf, volumeIdsOf, volumeOf } from '../make.ts'

const DEBIAN = '/aws/service/debian/release/12/latest/amd64'
const MIB = 2 ** 20

describeReal('snapshots of a real guest', () => {
  let sandbox: RunningSandbox
  beforeAll(async () => {
    const guests = await openGuests({ kind: 'real', bases: {}, allowSelfHosted: true })
    sandbox = await serve({ guests, seeder })
  })
  afterAll(() => sandbox.stop())

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Snapshot.html (fullSnapshotSizeInBytes)
  test('their full size is what the guest has written, and counts the layers that they share', async () => {
    const clients = clientsFor(sandbox.url)
    const root = await written(clients, 'dd if=/dev/urandom of=/big bs=1M count=6; echo "wrote: all"', 'wrote: all')
    const first = await completed(clients, root)
    const { VolumeId = '' } = await clients.ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', SnapshotId: first.id })
    )
    await until(async () => (await volumeOf(clients, VolumeId))?.State === 'available')
    const second = await completed(clients, VolumeId)
    expect(first.bytes).toBeGreaterThanOrEqual(6 * MIB)
    expect(first.bytes).toBeLessThan(64 * MIB)
    expect(second.bytes).toBeGreaterThanOrEqual(first.bytes)
    expect(second.bytes).toBeLessThan(first.bytes + MIB)
  })
})

/** The root volume of an instance whose user data has said that it is done. */
async function written(clients: Clients, script: string, said: string): Promise<string> {
  const { Parameter } = await clients.ssm.send(new GetParameterCommand({ Name: DEBIAN }))
  const UserData = Buffer.from(`#!/bin/sh\n${script}\n`).toString('base64')
  const { InstanceId = '' } = await launch(clients, { ImageId: Parameter?.Value ?? '', UserData })
  await until(async () => {
    const { Output = '' } = await clients.ec2.send(new GetConsoleOutputCommand({ InstanceId, Latest: true }))
    return Buffer.from(Output, 'base64').toString().includes(said)
  })
  const [root = ''] = await volumeIdsOf(clients, InstanceId)
  return root
}

async function completed(clients: Clients, VolumeId: string): Promise<{ id: string; bytes: number }> {
  const { SnapshotId: id = '' } = await clients.ec2.send(new CreateSnapshotCommand({ VolumeId }))
  await until(async () => (await snapshotOf(clients, id))?.State === 'completed')
  return { id, bytes: (await snapshotOf(clients, id))?.FullSnapshotSizeInBytes ?? 0 }
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let left = 400; left > 0; left--) {
    if (await condition()) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error('it did not come to that')
}
