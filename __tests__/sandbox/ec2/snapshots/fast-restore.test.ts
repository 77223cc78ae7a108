import {
  DescribeFastSnapshotRestoresCommand,
  type DescribeFastSnapshotRestoresRequest,
  DisableFastSnapshotRestoresCommand,
  EnableFastSnapshotRestoresCommand,
  ModifySnapshotAttributeCommand
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { advance, clientsFor, serve, served, useClients } from '../../../support/sandbox.ts'
import { seeder } from '../fixture.ts'
import { addSnapshot } from '../images/own.ts'

const ZONES = ['us-east-1a', 'us-east-1b']

const sandbox = await served(serve({ guests: new HandGuests(), seeder, latencyFactor: 1 }))
const clients = useClients(sandbox)

const own = (VolumeSize = 1024) => addSnapshot(sandbox, clients.account, { VolumeSize })
const request = (id: string, zones = ZONES) => ({ SourceSnapshotIds: [id], AvailabilityZones: zones })
const enable = (id: string, zones = ZONES, { ec2 } = clients) =>
  ec2.send(new EnableFastSnapshotRestoresCommand(request(id, zones)))
const disable = (id: string, zones = ZONES) =>
  clients.ec2.send(new DisableFastSnapshotRestoresCommand(request(id, zones)))
async function states(input: DescribeFastSnapshotRestoresRequest = {}, { ec2 } = clients) {
  const { FastSnapshotRestores = [] } = await ec2.send(new DescribeFastSnapshotRestoresCommand(input))
  return FastSnapshotRestores.map(({ State }) => State)
}

// https://docs.aws.amazon.com/ebs/latest/userguide/ebs-fast-snapshot-restore.html
describe('fast snapshot restore', () => {
  test('is enabling, optimizing for 60 minutes per TiB, and enabled', async () => {
    const id = own()
    const { Successful } = await enable(id)
    expect(Successful?.map(({ AvailabilityZone: zone, State }) => [zone, State])).toEqual(
      ZONES.map(zone => [zone, 'enabling'])
    )
    await advance(sandbox, 60)
    expect(await states()).toEqual(['optimizing', 'optimizing'])
    await advance(sandbox, 59 * 60)
    expect(await states()).toEqual(['optimizing', 'optimizing'])
    await advance(sandbox, 60)
    expect(await states()).toEqual(['enabled', 'enabled'])
  })

  test('is disabling, and disabled, in the zones that were named', async () => {
    const id = own(1)
    await enable(id)
    await advance(sandbox, 600)
    const { Successful } = await disable(id, ['us-east-1a'])
    expect(Successful).toMatchObject([{ AvailabilityZone: 'us-east-1a', State: 'disabling' }])
    await advance(sandbox, 60)
    expect(await states()).toEqual(['disabled', 'enabled'])
    expect(await states({ Filters: [{ Name: 'state', Values: ['enabled'] }] })).toEqual(['enabled'])
  })

  test('one that is not enabled cannot be disabled: it is answered as unsuccessful', async () => {
    const id = own()
    const { Unsuccessful } = await disable(id, ['us-east-1a'])
    expect(Unsuccessful).toMatchObject([
      { SnapshotId: id, FastSnapshotRestoreStateErrors: [{ AvailabilityZone: 'us-east-1a' }] }
    ])
  })

  test('of a shared snapshot: owner and who enabled it see it, others do not', async () => {
    const [stranger, third] = [clientsFor(sandbox.url), clientsFor(sandbox.url)]
    const id = own()
    await expect(enable(id, ZONES, stranger)).rejects.toMatchObject({ name: 'InvalidSnapshot.NotFound' })
    const CreateVolumePermission = { Add: [{ UserId: stranger.account }] }
    await clients.ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId: id, CreateVolumePermission }))
    await enable(id, ['us-east-1a'], stranger)
    expect([await states(), await states({}, stranger), await states({}, third)]).toEqual([
      ['enabling'],
      ['enabling'],
      []
    ])
    expect(await states({ Filters: [{ Name: 'owner-id', Values: [clients.account] }] })).toEqual([])
  })

  test.each([
    ['an unknown zone', ['us-east-1z'], 'InvalidParameterValue'],
    ['no zone', [], 'MissingParameter']
  ])('refuses %s', async (_, zones, name) => {
    await expect(enable(own(), zones)).rejects.toMatchObject({ name })
  })

  test('refuses a snapshot that is not completed', async () => {
    const id = addSnapshot(sandbox, clients.account, { State: 'pending' })
    await expect(enable(id)).rejects.toMatchObject({ name: 'IncorrectState' })
  })
})
