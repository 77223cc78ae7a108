import {
  CreateTagsCommand,
  DeregisterImageCommand,
  DescribeImageAttributeCommand,
  EnableEbsEncryptionByDefaultCommand,
  ModifyEbsDefaultKmsKeyIdCommand,
  ModifyImageAttributeCommand
} from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { type Clients, serve, served, useClients } from '../../../support/sandbox.ts'
import { IMAGES, managedKeyId, seeder } from '../fixture.ts'
import { imageOf, snapshotIdsOf, snapshotOf } from '../make.ts'
import { copyImage, createKey, finish, imageFor, inRegion, keysOf, snapshotFor } from './parts.ts'

const guests = new HandGuests()
const sandbox = await served(serve({ guests, seeder, latencyFactor: 1 }))
const here = useClients(sandbox)
let there: Clients
beforeEach(() => {
  there = inRegion(sandbox, here, 'eu-west-1')
})

const recordOf = (id: string) => sandbox.world.usedRegion('us-east-1')?.images.get(id)

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-ami-copy-works.html
describe('a copied image', () => {
  test('goes from pending to available with its snapshots, and says what it is a copy of', async () => {
    const snapshotId = await snapshotFor(sandbox, here)
    const SourceImageId = await imageFor(sandbox, here, [snapshotId], { Architecture: 'arm64', BootMode: 'uefi' })
    const id = await copyImage(there, { SourceImageId, Name: 'base in Ireland' })
    const pending = await imageOf(there, id)
    expect(pending).toMatchObject({ State: 'pending', SourceImageId, SourceImageRegion: 'us-east-1' })
    await finish(sandbox)
    const image = await imageOf(there, id)
    expect(image).toMatchObject({
      State: 'available',
      Name: 'base in Ireland',
      OwnerId: here.account,
      Architecture: 'arm64',
      BootMode: 'uefi',
      RootDeviceName: '/dev/xvda'
    })
    const [copyId = ''] = snapshotIdsOf(image)
    expect(copyId).not.toBe(snapshotId)
    const copy = await snapshotOf(there, copyId)
    expect(copy).toMatchObject({ State: 'completed', Encrypted: false, VolumeId: 'vol-ffffffff', VolumeSize: 1 })
    const description = `Copied for DestinationAmi ${id} from SourceAmi ${SourceImageId} for SourceSnapshot ${snapshotId}. Task created on `
    expect(copy?.Description).toContain(description)
  })

  test('in the same region has another name', async () => {
    const SourceImageId = await imageFor(sandbox, here, [await snapshotFor(sandbox, here)])
    const taken = copyImage(here, { SourceImageId, Name: 'base' })
    await expect(taken).rejects.toMatchObject({ name: 'InvalidAMIName.Duplicate' })
    await copyImage(here, { SourceImageId, Name: 'base again' })
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/CopyingAMIs.html (considerations)
  test('has not the launch permissions of its source, nor its deprecation or protection', async () => {
    const SourceImageId = await imageFor(sandbox, here, [await snapshotFor(sandbox, here)])
    const LaunchPermission = { Add: [{ UserId: '111122223333' }] }
    await here.ec2.send(new ModifyImageAttributeCommand({ ImageId: SourceImageId, LaunchPermission }))
    Object.assign(recordOf(SourceImageId)?.image ?? {}, { DeprecationTime: '2030-01-01T00:00:00.000Z' })
    Object.assign(recordOf(SourceImageId) ?? {}, { protection: { withCooldown: true } })
    const id = await copyImage(here, { SourceImageId })
    await finish(sandbox)
    const attribute = { ImageId: id, Attribute: 'launchPermission' as const }
    const { LaunchPermissions = [] } = await here.ec2.send(new DescribeImageAttributeCommand(attribute))
    expect(LaunchPermissions).toEqual([])
    expect((await imageOf(here, id))?.DeprecationTime).toBeUndefined()
    await here.ec2.send(new DeregisterImageCommand({ ImageId: id }))
  })

  test('outlives its source: the layers stay as long as a snapshot of any region stands on them', async () => {
    const snapshotId = await snapshotFor(sandbox, here)
    const layers = sandbox.world.usedRegion('us-east-1')?.snapshots.get(snapshotId)?.layers ?? []
    const SourceImageId = await imageFor(sandbox, here, [snapshotId])
    const id = await copyImage(there, { SourceImageId })
    const deregister = (ImageId: string) => new DeregisterImageCommand({ ImageId, DeleteAssociatedSnapshots: true })
    sandbox.world.usedRegion('us-east-1')?.volumes.clear()
    await here.ec2.send(deregister(SourceImageId))
    await finish(sandbox)
    expect(layers.length).toBeGreaterThan(0)
    expect(guests.deletedLayers).not.toEqual(expect.arrayContaining([...layers]))
    await there.ec2.send(deregister(id))
    expect(guests.deletedLayers).toEqual(expect.arrayContaining([...layers]))
  })

  test('of an instance-store-backed image has no snapshots, and cannot be encrypted', async () => {
    const SourceImageId = IMAGES.instanceStore
    const encrypted = copyImage(here, { SourceImageId, Encrypted: true })
    await expect(encrypted).rejects.toMatchObject({ name: 'InvalidParameterCombination' })
    const id = await copyImage(here, { SourceImageId })
    await finish(sandbox)
    const image = await imageOf(here, id)
    expect(image).toMatchObject({ State: 'available', RootDeviceType: 'instance-store' })
    expect(snapshotIdsOf(image)).toEqual([])
  })

  // https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
  test('is made once for the same ClientToken', async () => {
    const SourceImageId = await imageFor(sandbox, here, [await snapshotFor(sandbox, here)])
    const request = { SourceImageId, ClientToken: 'once' }
    expect(await copyImage(there, request)).toBe(await copyImage(there, request))
    const other = copyImage(there, { ...request, Name: 'other' })
    await expect(other).rejects.toMatchObject({ name: 'IdempotentParameterMismatch' })
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopyImage.html
describe('the tags of a copied image', () => {
  const Tags = [
    { Key: 'family', Value: 'web' },
    { Key: 'stage', Value: 'test' }
  ]

  test.each([
    [undefined, []],
    [true, Tags]
  ])('are, with CopyImageTags %p: %j', async (CopyImageTags, expected) => {
    const SourceImageId = await imageFor(sandbox, here, [await snapshotFor(sandbox, here)])
    await here.ec2.send(new CreateTagsCommand({ Resources: [SourceImageId], Tags }))
    const id = await copyImage(there, { SourceImageId, CopyImageTags })
    expect((await imageOf(there, id))?.Tags ?? []).toEqual(expected)
  })

  test('are those of the request rather than those of its source', async () => {
    const SourceImageId = await imageFor(sandbox, here, [await snapshotFor(sandbox, here)])
    await here.ec2.send(new CreateTagsCommand({ Resources: [SourceImageId], Tags }))
    const TagSpecifications = [
      { ResourceType: 'image' as const, Tags: [{ Key: 'stage', Value: 'prod' }] },
      { ResourceType: 'snapshot' as const, Tags: [{ Key: 'of', Value: 'copy' }] }
    ]
    const id = await copyImage(there, { SourceImageId, CopyImageTags: true, TagSpecifications })
    const image = await imageOf(there, id)
    expect(image?.Tags).toEqual([Tags[0], { Key: 'stage', Value: 'prod' }])
    const [snapshotId = ''] = snapshotIdsOf(image)
    expect((await snapshotOf(there, snapshotId))?.Tags).toEqual([{ Key: 'of', Value: 'copy' }])
  })

  test("do not come from another account's image, but for those that it shares", async () => {
    Object.assign(recordOf(IMAGES.linux) ?? {}, {
      tags: new Map([
        ['secret', 'x'],
        ['ec2:SharedTag/os', 'linux']
      ])
    })
    const id = await copyImage(there, { SourceImageId: IMAGES.linux, CopyImageTags: true })
    expect((await imageOf(there, id))?.Tags).toEqual([{ Key: 'ec2:SharedTag/os', Value: 'linux' }])
  })
})

// https://docs.aws.amazon.com/ebs/latest/userguide/ebs-copy-snapshot.html (encryption outcomes for snapshot copies)
describe('the snapshots of a copied image are', () => {
  const managed = () => `arn:aws:kms:eu-west-1:${here.account}:key/${managedKeyId(here.account)}`
  const plain = () => snapshotFor(sandbox, here)
  const encrypted = async () => snapshotFor(sandbox, here, { Encrypted: true, KmsKeyId: await createKey(here) })
  const chosen = async () => {
    const KmsKeyId = await createKey(there)
    await there.ec2.send(new ModifyEbsDefaultKmsKeyIdCommand({ KmsKeyId }))
    return KmsKeyId
  }
  const byDefault = () => there.ec2.send(new EnableEbsEncryptionByDefaultCommand({}))
  const copied = async (snapshotIds: string[], change = {}) => {
    const SourceImageId = await imageFor(sandbox, here, snapshotIds)
    const id = await copyImage(there, { SourceImageId, ...change })
    await finish(sandbox)
    return keysOf(there, await imageOf(there, id))
  }

  test('as little encrypted as those of the source', async () => {
    expect(await copied([await plain()])).toEqual([undefined])
  })

  test('encrypted with the AWS-managed key where no key is named', async () => {
    expect(await copied([await plain()], { Encrypted: true })).toEqual([managed()])
  })

  test('encrypted with the key that the account chose where no key is named', async () => {
    const key = await chosen()
    expect(await copied([await plain()], { Encrypted: true })).toEqual([key])
  })

  test('encrypted with the one key that is named, however many there are', async () => {
    const KmsKeyId = await createKey(there)
    const sources = [await plain(), await encrypted()]
    expect(await copied(sources, { Encrypted: true, KmsKeyId })).toEqual([KmsKeyId, KmsKeyId])
  })

  test('still encrypted, with the AWS-managed key of the region, where the source is encrypted', async () => {
    await chosen()
    expect(await copied([await plain(), await encrypted()])).toEqual([undefined, managed()])
  })

  test('encrypted with the chosen key where the target region encrypts by default', async () => {
    const key = await chosen()
    await byDefault()
    expect(await copied([await plain(), await encrypted()])).toEqual([key, key])
  })

  test('never decrypted', async () => {
    const snapshotId = await encrypted()
    await expect(copied([snapshotId], { Encrypted: false })).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: `Snapshot ${snapshotId} is encrypted. Creating unencrypted copy from an encrypted snapshot is not supported.`
    })
  })
})

describe('CopyImage refuses', () => {
  const UNKNOWN = 'ami-0123456789abcdef0'
  test.each([
    ['no source', { SourceImageId: undefined }, 'MissingParameter'],
    ['no source region', { SourceRegion: undefined }, 'MissingParameter'],
    ['no name', { Name: undefined }, 'MissingParameter'],
    ['a malformed name', { Name: '!' }, 'InvalidAMIName.Malformed'],
    ['a malformed id', { SourceImageId: 'ami-x' }, 'InvalidAMIID.Malformed'],
    ['an unknown image', { SourceImageId: UNKNOWN }, 'InvalidAMIID.NotFound'],
    [
      'an image of another region than it says',
      { SourceRegion: 'us-west-2', SourceImageId: UNKNOWN },
      'InvalidAMIID.NotFound'
    ],
    ['an unknown region', { SourceRegion: 'us-east-9' }, 'InvalidRegion'],
    ['a disabled image', { SourceImageId: IMAGES.disabled }, 'InvalidAMIID.Unavailable'],
    ['a key without encryption', { KmsKeyId: 'alias/aws/ebs' }, 'InvalidParameterDependency'],
    [
      'tags for what it does not make',
      { TagSpecifications: [{ ResourceType: 'volume' as const }] },
      'InvalidParameterValue'
    ],
    [
      'an Outpost',
      { DestinationOutpostArn: 'arn:aws:outposts:us-east-1:111122223333:outpost/op-1' },
      'UnsupportedOperation'
    ],
    ['a Local Zone', { DestinationAvailabilityZone: 'us-west-2-lax-1a' }, 'UnsupportedOperation'],
    // https://docs.aws.amazon.com/ebs/latest/userguide/time-based-copies.html
    [
      'a duration that is no quarter of an hour',
      { SnapshotCopyCompletionDurationMinutes: 20 },
      'InvalidParameterValue'
    ],
    ['no duration', { SnapshotCopyCompletionDurationMinutes: 0 }, 'InvalidParameterValue'],
    ['more than two days', { SnapshotCopyCompletionDurationMinutes: 2895 }, 'InvalidParameterValue'],
    ['a dry run', { DryRun: true }, 'DryRunOperation']
  ])('%s', async (_, change, name) => {
    await expect(copyImage(here, { SourceImageId: IMAGES.linux, ...change })).rejects.toMatchObject({ name })
  })

  test('a pending image', async () => {
    const id = await copyImage(here, { SourceImageId: IMAGES.linux })
    const again = copyImage(here, { SourceImageId: id, Name: 'again' })
    await expect(again).rejects.toMatchObject({ name: 'InvalidAMIID.Unavailable' })
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-ami-copy-works.html: 300 per destination Region
  test('more than 300 copies into a region at once', async () => {
    for (let i = 0; i < 300; i++) await copyImage(here, { SourceImageId: IMAGES.linux, Name: `copy ${i}` })
    const request = { SourceImageId: IMAGES.linux, Name: 'one more' }
    await expect(copyImage(here, request)).rejects.toMatchObject({ name: 'ResourceLimitExceeded' })
    await copyImage(there, request)
    await finish(sandbox)
    await copyImage(here, request)
  })
})
