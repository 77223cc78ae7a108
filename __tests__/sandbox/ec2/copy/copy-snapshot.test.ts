import { CreateSnapshotCommand, DeleteSnapshotCommand } from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { advance, type Clients, serve, served, useClients } from '../../../support/sandbox.ts'
import { ENCRYPTED_SNAPSHOT, managedKeyId, ROOT_SNAPSHOT, seeder } from '../fixture.ts'
import { createVolume, snapshotOf, volumeOf } from '../make.ts'
import { copySnapshot, createKey, finish, inRegion, snapshotFor } from './parts.ts'

const guests = new HandGuests()
const sandbox = await served(serve({ guests, seeder, latencyFactor: 1 }))
const here = useClients(sandbox)
let there: Clients
beforeEach(() => {
  there = inRegion(sandbox, here, 'eu-west-1')
})

// https://docs.aws.amazon.com/ebs/latest/userguide/ebs-copy-snapshot.html
describe('a copied snapshot', () => {
  test('goes from pending to completed, with an id, a description and tags of its own', async () => {
    const source = await snapshotFor(sandbox, here)
    const TagSpecifications = [{ ResourceType: 'snapshot' as const, Tags: [{ Key: 'of', Value: 'copy' }] }]
    const id = await copySnapshot(there, { SourceSnapshotId: source, Description: 'for Ireland', TagSpecifications })
    expect(await snapshotOf(there, id)).toMatchObject({ State: 'pending', Progress: '0%', TransferType: 'standard' })
    await finish(sandbox)
    expect(await snapshotOf(there, id)).toMatchObject({
      State: 'completed',
      Progress: '100%',
      Description: 'for Ireland',
      Encrypted: false,
      Tags: [{ Key: 'of', Value: 'copy' }],
      VolumeId: 'vol-ffffffff',
      VolumeSize: 1
    })
  })

  test('progresses with the clock', async () => {
    const id = await copySnapshot(there, { SourceSnapshotId: ROOT_SNAPSHOT })
    await advance(sandbox, 180)
    const { State, Progress = '' } = (await snapshotOf(there, id)) ?? {}
    expect(State).toBe('pending')
    expect(Progress).toBe('50%')
  })

  test('holds what its source held, which may be deleted meanwhile', async () => {
    const source = await snapshotFor(sandbox, here)
    const layers = sandbox.world.usedRegion('us-east-1')?.snapshots.get(source)?.layers
    const SnapshotId = await copySnapshot(there, { SourceSnapshotId: source })
    await here.ec2.send(new DeleteSnapshotCommand({ SnapshotId: source }))
    await finish(sandbox)
    const VolumeId = await createVolume(there, { AvailabilityZone: 'eu-west-1a', SnapshotId, Size: undefined })
    await finish(sandbox)
    expect(await volumeOf(there, VolumeId)).toMatchObject({ State: 'available', Size: 1 })
    expect(guests.volumes.get(VolumeId)).toEqual(layers)
  })

  // https://docs.aws.amazon.com/ebs/latest/userguide/time-based-copies.html
  test('with a completion duration says so, and takes no longer', async () => {
    const source = await snapshotFor(sandbox, here, { Size: 60 })
    const late = await copySnapshot(there, { SourceSnapshotId: source })
    const early = await copySnapshot(there, { SourceSnapshotId: source, CompletionDurationMinutes: 15 })
    await advance(sandbox, 15 * 60)
    const expected = { State: 'completed', TransferType: 'time-based', CompletionDurationMinutes: 15 }
    expect(await snapshotOf(there, early)).toMatchObject(expected)
    expect(await snapshotOf(there, late)).toMatchObject({ State: 'pending' })
  })

  // Parameters of a signed URL are deprecated: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopySnapshot.html
  test('is made whatever a presigned URL says', async () => {
    const request = { SourceSnapshotId: ROOT_SNAPSHOT, PresignedUrl: 'https://example.com', DestinationRegion: 'x' }
    expect(await copySnapshot(there, request)).toMatch(/^snap-/)
  })
})

// https://docs.aws.amazon.com/ebs/latest/userguide/ebs-copy-snapshot.html (encryption outcomes for snapshot copies)
describe('the encryption of a copied snapshot', () => {
  const keyOf = async (change: Parameters<typeof copySnapshot>[1]) => {
    const id = await copySnapshot(there, change)
    await finish(sandbox)
    return snapshotOf(there, id)
  }

  test('is with the key that is named; an encrypted source needs no Encrypted', async () => {
    const KmsKeyId = await createKey(there)
    const plain = await snapshotFor(sandbox, here)
    const encrypted = await snapshotFor(sandbox, here, { Encrypted: true })
    const expected = { State: 'completed', Encrypted: true, KmsKeyId }
    expect(await keyOf({ SourceSnapshotId: plain, Encrypted: true, KmsKeyId })).toMatchObject(expected)
    expect(await keyOf({ SourceSnapshotId: encrypted, KmsKeyId })).toMatchObject(expected)
  })

  test('of an encrypted source is with the AWS-managed key where none is named', async () => {
    const SourceSnapshotId = await snapshotFor(sandbox, here, { Encrypted: true })
    const KmsKeyId = `arn:aws:kms:eu-west-1:${here.account}:key/${managedKeyId(here.account)}`
    expect(await keyOf({ SourceSnapshotId })).toMatchObject({ Encrypted: true, KmsKeyId })
  })
})

describe('CopySnapshot refuses', () => {
  const UNKNOWN = 'snap-0123456789abcdef0'
  test.each([
    ['no source', { SourceSnapshotId: undefined }, 'MissingParameter'],
    ['no source region', { SourceRegion: undefined }, 'MissingParameter'],
    ['an unknown region', { SourceRegion: 'us-east-9' }, 'InvalidRegion'],
    ['a malformed id', { SourceSnapshotId: 'snap-x' }, 'InvalidParameterValue'],
    ['an unknown snapshot', { SourceSnapshotId: UNKNOWN }, 'InvalidSnapshot.NotFound'],
    ["another account's snapshot", { SourceSnapshotId: ENCRYPTED_SNAPSHOT }, 'InvalidSnapshot.NotFound'],
    ['a key without encryption', { KmsKeyId: 'alias/aws/ebs' }, 'InvalidParameterDependency'],
    ['tags for what it does not make', { TagSpecifications: [{ ResourceType: 'image' }] }, 'InvalidParameterValue'],
    ['a duration that is no quarter of an hour', { CompletionDurationMinutes: 16 }, 'InvalidParameterValue'],
    ['an Outpost', { DestinationOutpostArn: 'arn:aws:outposts:x' }, 'UnsupportedOperation'],
    ['a dry run', { DryRun: true }, 'DryRunOperation']
  ] as [string, Parameters<typeof copySnapshot>[1], string][])('%s', async (_, change, name) => {
    await expect(copySnapshot(there, { SourceSnapshotId: ROOT_SNAPSHOT, ...change })).rejects.toMatchObject({ name })
  })

  test('a snapshot that is not completed', async () => {
    const VolumeId = await createVolume(here)
    await finish(sandbox)
    const { SnapshotId: SourceSnapshotId } = await here.ec2.send(new CreateSnapshotCommand({ VolumeId }))
    await expect(copySnapshot(here, { SourceSnapshotId })).rejects.toMatchObject({ name: 'IncorrectState' })
  })

  test('to decrypt', async () => {
    const SourceSnapshotId = await snapshotFor(sandbox, here, { Encrypted: true })
    const decrypted = copySnapshot(there, { SourceSnapshotId, Encrypted: false })
    await expect(decrypted).rejects.toMatchObject({ name: 'InvalidRequest' })
  })

  // https://docs.aws.amazon.com/ebs/latest/userguide/ebs-copy-snapshot.html (considerations)
  test('more than 20 copies into a region at once', async () => {
    const request = { SourceSnapshotId: ROOT_SNAPSHOT }
    for (let i = 0; i < 20; i++) await copySnapshot(there, request)
    await expect(copySnapshot(there, request)).rejects.toMatchObject({
      name: 'ResourceLimitExceeded',
      message: 'Too many snapshot copies in progress. The limit is 20 for this destination region.'
    })
    await copySnapshot(here, request)
    await finish(sandbox)
    await copySnapshot(there, request)
  })
})
