import {
  CreateTagsCommand,
  CreateVolumeCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  DisableSnapshotBlockPublicAccessCommand,
  EnableSnapshotBlockPublicAccessCommand,
  GetSnapshotBlockPublicAccessStateCommand,
  ModifySnapshotAttributeCommand,
  type ModifySnapshotAttributeRequest,
  ResetSnapshotAttributeCommand,
  type Snapshot,
  type SnapshotAttributeName,
  type SnapshotBlockPublicAccessState
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { type Clients, clientsFor, serve, served, useClients } from '../../../support/sandbox.ts'
import { ROOT_SNAPSHOT, seeder } from '../fixture.ts'
import { addSnapshot, managedEncryption, ownEncryption } from '../images/own.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder }))
const clients = useClients(sandbox)
const stranger = useClients(sandbox)

const own = (change: Partial<Snapshot> = {}) => addSnapshot(sandbox, clients.account, change)
const modify = (SnapshotId: string, change: Partial<ModifySnapshotAttributeRequest>, { ec2 } = clients) =>
  ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId, ...change }))
const add = (SnapshotId: string, permission: { UserId?: string; Group?: 'all' }) =>
  modify(SnapshotId, { CreateVolumePermission: { Add: [permission] } })

async function permissions(SnapshotId: string): Promise<unknown> {
  const Attribute = 'createVolumePermission' as const
  const answer = await clients.ec2.send(new DescribeSnapshotAttributeCommand({ SnapshotId, Attribute }))
  return answer.CreateVolumePermissions ?? []
}

async function seenBy({ ec2 }: Clients, id: string): Promise<Snapshot | string | undefined> {
  try {
    return (await ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [id] }))).Snapshots?.[0]
  } catch (error) {
    return error instanceof Error ? error.name : undefined
  }
}

// https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html
describe('sharing a snapshot', () => {
  test('with an account: it sees the snapshot, without its tags, and makes volumes of it', async () => {
    const id = own()
    await clients.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'secret', Value: 'a' }] }))
    expect(await seenBy(stranger, id)).toBe('InvalidSnapshot.NotFound')
    await add(id, { UserId: stranger.account })
    const shared = await seenBy(stranger, id)
    expect(shared).toMatchObject({ SnapshotId: id, OwnerId: clients.account })
    expect(shared).not.toHaveProperty('Tags')
    const volume = { AvailabilityZone: 'us-east-1a', SnapshotId: id }
    expect(await stranger.ec2.send(new CreateVolumeCommand(volume))).toMatchObject({ Size: 8, SnapshotId: id })
    const third = clientsFor(sandbox.url)
    await expect(third.ec2.send(new CreateVolumeCommand(volume))).rejects.toMatchObject({
      name: 'InvalidSnapshot.NotFound'
    })
  })

  test('with everybody, until it is reset', async () => {
    const id = own()
    await add(id, { Group: 'all' })
    expect(await seenBy(stranger, id)).toMatchObject({ SnapshotId: id })
    const Attribute = 'createVolumePermission' as const
    await clients.ec2.send(new ResetSnapshotAttributeCommand({ SnapshotId: id, Attribute }))
    expect(await permissions(id)).toEqual([])
    expect(await seenBy(stranger, id)).toBe('InvalidSnapshot.NotFound')
  })

  test('what is added is there once, what is removed is gone, in the older form of the request, too', async () => {
    const id = own()
    const [one, two] = ['111111111111', '222222222222']
    await add(id, { UserId: one })
    await modify(id, { OperationType: 'add', UserIds: [one, two], GroupNames: ['all'] })
    expect(await permissions(id)).toEqual([{ UserId: one }, { UserId: two }, { Group: 'all' }])
    await modify(id, { CreateVolumePermission: { Remove: [{ UserId: one }] } })
    await modify(id, { OperationType: 'remove', GroupNames: ['all'] })
    expect(await permissions(id)).toEqual([{ UserId: two }])
  })

  test('one of the AWS-managed key cannot be shared, one of an own key not with everybody', async () => {
    const managed = own(managedEncryption(clients.account))
    const encrypted = own(ownEncryption(clients.account))
    await expect(add(managed, { UserId: stranger.account })).rejects.toMatchObject({
      name: 'OperationNotPermitted',
      message: 'Encrypted snapshots with EBS default key cannot be shared'
    })
    await expect(add(encrypted, { Group: 'all' })).rejects.toMatchObject({
      name: 'OperationNotPermitted',
      message: 'Encrypted snapshots cannot be shared publicly'
    })
    await add(encrypted, { UserId: stranger.account })
    expect(await permissions(managed)).toEqual([])
    expect(await permissions(encrypted)).toEqual([{ UserId: stranger.account }])
  })

  test.each([
    ['an account that is none', { CreateVolumePermission: { Add: [{ UserId: '1' }] } }, 'InvalidParameterValue'],
    ['a group that is none', { OperationType: 'add', GroupNames: ['some'] }, 'InvalidParameterValue'],
    ['nothing to change', {}, 'MissingParameter'],
    ['the older form without its operation', { UserIds: ['111111111111'] }, 'MissingParameter'],
    ['another attribute', { Attribute: 'productCodes', UserIds: ['111111111111'] }, 'InvalidParameterValue'],
    ['a dry run', { CreateVolumePermission: { Add: [{ Group: 'all' }] }, DryRun: true }, 'DryRunOperation']
  ] as [string, Partial<ModifySnapshotAttributeRequest>, string][])('refuses %s', async (_, change, name) => {
    const id = own()
    await expect(modify(id, change)).rejects.toMatchObject({ name })
    expect(await permissions(id)).toEqual([])
  })

  test("someone else's snapshot can be neither shared nor its permissions read", async () => {
    const Add = [{ UserId: clients.account }]
    const refusal = { name: 'AuthFailure' }
    await expect(modify(ROOT_SNAPSHOT, { CreateVolumePermission: { Add } })).rejects.toMatchObject(refusal)
    await expect(permissions(ROOT_SNAPSHOT)).rejects.toMatchObject(refusal)
  })

  test.each([
    ['productCodes', 200],
    ['colour', 'InvalidParameterValue']
  ])('DescribeSnapshotAttribute of %s: %s', async (name, expected) => {
    const input = { SnapshotId: own(), Attribute: name as SnapshotAttributeName }
    const asked = clients.ec2.send(new DescribeSnapshotAttributeCommand(input)).then(
      ({ $metadata }) => $metadata.httpStatusCode,
      (error: Error) => error.name
    )
    expect(await asked).toBe(expected)
  })
})

// https://docs.aws.amazon.com/ebs/latest/userguide/block-public-access-snapshots.html
describe('block public access for snapshots', () => {
  const enable = (State: SnapshotBlockPublicAccessState) =>
    clients.ec2.send(new EnableSnapshotBlockPublicAccessCommand({ State }))
  const disable = () => clients.ec2.send(new DisableSnapshotBlockPublicAccessCommand({}))
  const state = async () => (await clients.ec2.send(new GetSnapshotBlockPublicAccessStateCommand({}))).State

  test('is off until it is enabled, and off again when it is disabled', async () => {
    expect(await state()).toBe('unblocked')
    await enable('block-new-sharing')
    expect(await state()).toBe('block-new-sharing')
    await disable()
    expect(await state()).toBe('unblocked')
    await expect(enable('unblocked')).rejects.toMatchObject({ name: 'InvalidParameterValue' })
  })

  test.each([
    ['block-new-sharing', true],
    ['block-all-sharing', false]
  ] as const)('%s: no new public sharing; what is public remains so: %s', async (mode, remains) => {
    const [before, after] = [own(), own()]
    await add(before, { Group: 'all' })
    await enable(mode)
    await expect(add(after, { Group: 'all' })).rejects.toMatchObject({ name: 'OperationNotPermitted' })
    await add(after, { UserId: stranger.account })
    expect(await seenBy(stranger, before)).toEqual(
      remains ? expect.objectContaining({ SnapshotId: before }) : 'InvalidSnapshot.NotFound'
    )
    await disable()
    expect(await seenBy(stranger, before)).toMatchObject({ SnapshotId: before })
  })
})
