import {
  CreateTagsCommand,
  DeleteSnapshotCommand,
  DeleteTagsCommand,
  DeregisterImageCommand,
  DescribeFastSnapshotRestoresCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  DescribeTagsCommand,
  EnableFastSnapshotRestoresCommand,
  ListImagesInRecycleBinCommand,
  ListSnapshotsInRecycleBinCommand,
  ModifySnapshotAttributeCommand,
  RestoreImageFromRecycleBinCommand,
  RestoreSnapshotFromRecycleBinCommand,
  type Tag
} from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { advance, type Clients, clientsFor, serve, served, useClients } from '../../../support/sandbox.ts'
import { createRule, days, type Rbin, rbinOf } from '../../rbin/client.ts'
import { seeder } from '../fixture.ts'
import { addImage, addSnapshot } from '../images/own.ts'
import { imageOf, snapshotIdsOf, snapshotOf } from '../make.ts'

const DAY_SECONDS = 24 * 3600
const DAY_MS = DAY_SECONDS * 1000
const TAG = { ResourceTagKey: 'keep', ResourceTagValue: 'yes' }

const guests = new HandGuests()
const sandbox = await served(serve({ guests, seeder }))
const clients = useClients(sandbox)
let rbin: Rbin
beforeEach(() => {
  rbin = rbinOf(sandbox, clients.account)
})

/** A rule that retains for seven days from now on. */
async function rule(change: object = {}): Promise<string> {
  const { Identifier } = await createRule(rbin, change)
  await advance(sandbox, 3600)
  return Identifier
}

const ownSnapshot = () => addSnapshot(sandbox, clients.account)
const tag = (id: string, Tags: Tag[]) => clients.ec2.send(new CreateTagsCommand({ Resources: [id], Tags }))
const remove = (SnapshotId: string) => clients.ec2.send(new DeleteSnapshotCommand({ SnapshotId }))
const restore = (SnapshotId: string, { ec2 } = clients) =>
  ec2.send(new RestoreSnapshotFromRecycleBinCommand({ SnapshotId }))
const deregister = (ImageId: string, DeleteAssociatedSnapshots = false) =>
  clients.ec2.send(new DeregisterImageCommand({ ImageId, DeleteAssociatedSnapshots }))
const restoreImage = (ImageId: string) => clients.ec2.send(new RestoreImageFromRecycleBinCommand({ ImageId }))

async function binned({ ec2 }: Clients = clients) {
  const { Snapshots = [] } = await ec2.send(new ListSnapshotsInRecycleBinCommand({}))
  return Snapshots
}

async function binnedImages({ ec2 }: Clients = clients) {
  const { Images = [] } = await ec2.send(new ListImagesInRecycleBinCommand({}))
  return Images
}

// https://docs.aws.amazon.com/ebs/latest/userguide/recycle-bin.html
describe('a deleted snapshot', () => {
  test('is gone for good without a rule', async () => {
    const id = ownSnapshot()
    await remove(id)
    expect(await binned()).toEqual([])
    await expect(restore(id)).rejects.toMatchObject({ name: 'InvalidSnapshot.NotFound' })
  })

  test('goes to the Recycle Bin by a Region-level rule, and can be described no more', async () => {
    await rule()
    const id = ownSnapshot()
    await remove(id)
    const [{ SnapshotId, RecycleBinEnterTime: enters, RecycleBinExitTime: leaves } = {}] = await binned()
    expect(SnapshotId).toBe(id)
    expect((leaves?.getTime() ?? 0) - (enters?.getTime() ?? 0)).toBe(7 * DAY_MS)
    await expect(snapshotOf(clients, id)).rejects.toMatchObject({ name: 'InvalidSnapshot.NotFound' })
    expect((await clients.ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))).Snapshots ?? []).toEqual([])
  })

  test('leaves it when its time is over, by the clock, with the layers that only it stood on', async () => {
    await rule()
    const id = ownSnapshot()
    const record = sandbox.world.region('us-east-1', clients.account).snapshots.get(id)
    if (record) record.layers = [`layer:${id}`]
    await remove(id)
    await advance(sandbox, 6 * DAY_SECONDS)
    expect(await binned()).toHaveLength(1)
    expect(guests.deletedLayers).not.toContain(`layer:${id}`)
    await advance(sandbox, DAY_SECONDS)
    expect(await binned()).toEqual([])
    expect(guests.deletedLayers).toContain(`layer:${id}`)
    await expect(restore(id)).rejects.toMatchObject({ name: 'InvalidSnapshot.NotFound' })
  })

  test('comes back restored with its tags, and deleted again it stays for the whole time again', async () => {
    await rule()
    const id = ownSnapshot()
    const Tags = [{ Key: 'a', Value: 'b' }]
    await tag(id, Tags)
    await remove(id)
    await advance(sandbox, 6 * DAY_SECONDS)
    expect(await restore(id)).toMatchObject({ SnapshotId: id, State: 'completed' })
    expect(await snapshotOf(clients, id)).toMatchObject({ Tags })
    await remove(id)
    await advance(sandbox, 6 * DAY_SECONDS)
    expect(await binned()).toHaveLength(1)
  })
})

// https://docs.aws.amazon.com/ebs/latest/userguide/recycle-bin-considerations.html
describe('considerations', () => {
  test('of several rules that match the longest counts', async () => {
    await rule({ RetentionPeriod: days(30) })
    await rule({ RetentionPeriod: days(2), ResourceTags: [TAG] })
    const id = ownSnapshot()
    await tag(id, [{ Key: 'keep', Value: 'yes' }])
    await remove(id)
    await advance(sandbox, 29 * DAY_SECONDS)
    expect(await binned()).toHaveLength(1)
  })

  test.each([
    [
      'a tag-level rule retains what has one of its tags',
      { ResourceTags: [TAG, { ResourceTagKey: 'b' }] },
      'yes',
      true
    ],
    ['a tag-level rule does not retain what has another value', { ResourceTags: [TAG] }, 'no', false],
    ['a tag-level rule does not retain what has no tags', { ResourceTags: [TAG] }, undefined, false],
    ['a Region-level rule does not retain what has an exclusion tag', { ExcludeResourceTags: [TAG] }, 'yes', false],
    ['a Region-level rule retains what has another value', { ExcludeResourceTags: [TAG] }, 'no', true],
    ['a rule for images does not retain snapshots', { ResourceType: 'EC2_IMAGE' }, undefined, false]
  ])('%s', async (_, change, value, retained) => {
    await rule(change)
    const id = ownSnapshot()
    if (value !== undefined) await tag(id, [{ Key: 'keep', Value: value }])
    await remove(id)
    expect(await binned()).toHaveLength(retained ? 1 : 0)
  })

  test('a rule that is still pending, or of another account or Region, retains nothing', async () => {
    await createRule(rbinOf(sandbox, '222233334444'))
    await advance(sandbox, 3600)
    const { Identifier } = await createRule(rbin)
    const record = sandbox.world.region('us-east-1', clients.account).retentionRules.get(Identifier)
    await advance(sandbox, 3600)
    if (record) record.rule.Status = 'pending'
    await remove(ownSnapshot())
    expect(await binned()).toEqual([])
  })

  // https://docs.aws.amazon.com/ebs/latest/userguide/recycle-bin-delete-rule.html
  test('what is in the bin stays there when the rule is changed or deleted', async () => {
    const id = await rule()
    await remove(ownSnapshot())
    await rbin('PATCH', `/rules/${id}`, { RetentionPeriod: days(1) })
    await rbin('DELETE', `/rules/${id}`)
    await advance(sandbox, 6 * DAY_SECONDS)
    expect(await binned()).toHaveLength(1)
  })

  test('it has a tag of its own there, which nobody can edit; other tags can be changed', async () => {
    await rule()
    const id = ownSnapshot()
    await remove(id)
    const tags = async () => {
      const Filters = [{ Name: 'resource-id', Values: [id] }]
      const { Tags = [] } = await clients.ec2.send(new DescribeTagsCommand({ Filters }))
      return Tags.map(({ Key, Value }) => [Key, Value])
    }
    const key = 'aws:recycle-bin:resource-in-bin'
    expect(await tags()).toEqual([[key, 'true']])
    const refused = { name: 'InvalidParameterValue' }
    await expect(tag(id, [{ Key: key, Value: 'false' }])).rejects.toMatchObject(refused)
    const wrong = new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: key }] })
    await expect(clients.ec2.send(wrong)).rejects.toMatchObject(refused)
    await tag(id, [{ Key: 'later', Value: 'yes' }])
    expect(await tags()).toContainEqual(['later', 'yes'])
    await clients.ec2.send(new DeleteTagsCommand({ Resources: [id] }))
    expect(await tags()).toEqual([[key, 'true']])
    await restore(id)
    expect(await snapshotOf(clients, id)).not.toHaveProperty('Tags')
  })

  test('a shared snapshot is shared no more there, and as before when it is restored', async () => {
    await rule()
    const stranger = clientsFor(sandbox.url)
    const id = ownSnapshot()
    const CreateVolumePermission = { Add: [{ UserId: stranger.account }] }
    await clients.ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId: id, CreateVolumePermission }))
    await remove(id)
    expect(await binned(stranger)).toEqual([])
    await expect(restore(id, stranger)).rejects.toMatchObject({ name: 'InvalidSnapshot.NotFound' })
    await restore(id)
    expect(await snapshotOf(stranger, id)).toMatchObject({ SnapshotId: id })
  })

  test('fast snapshot restore is disabled there, and not enabled again', async () => {
    await rule()
    const id = ownSnapshot()
    const input = { SourceSnapshotIds: [id], AvailabilityZones: ['us-east-1a'] }
    await clients.ec2.send(new EnableFastSnapshotRestoresCommand(input))
    await remove(id)
    await advance(sandbox, 3600)
    await restore(id)
    const { FastSnapshotRestores } = await clients.ec2.send(new DescribeFastSnapshotRestoresCommand({}))
    expect(FastSnapshotRestores).toMatchObject([{ State: 'disabled' }])
  })
})

describe('a deregistered image', () => {
  const imageRule = () => rule({ ResourceType: 'EC2_IMAGE' })
  const ownImage = (change: Parameters<typeof addImage>[2] = {}) => addImage(sandbox, clients.account, change)

  test('goes to the Recycle Bin, and comes back with tags and launch permissions', async () => {
    await imageRule()
    const stranger = clientsFor(sandbox.url)
    const { image } = ownImage({
      tags: { a: 'b' },
      launchPermissions: [{ UserId: stranger.account }],
      Description: 'd'
    })
    const { ImageId } = image
    await deregister(ImageId)
    expect(await binnedImages()).toMatchObject([{ ImageId, Name: 'own', Description: 'd' }])
    await expect(imageOf(stranger, ImageId)).rejects.toMatchObject({ name: 'InvalidAMIID.NotFound' })
    await restoreImage(ImageId)
    expect(await imageOf(clients, ImageId)).toMatchObject({ State: 'available', Tags: [{ Key: 'a', Value: 'b' }] })
    const Attribute = 'launchPermission' as const
    const { LaunchPermissions } = await clients.ec2.send(new DescribeImageAttributeCommand({ ImageId, Attribute }))
    expect(LaunchPermissions).toEqual([{ UserId: stranger.account }])
    expect(await imageOf(stranger, ImageId)).toMatchObject({ ImageId })
  })

  test('is gone when its time is over', async () => {
    await imageRule()
    const { ImageId } = ownImage().image
    await deregister(ImageId)
    await advance(sandbox, 7 * DAY_SECONDS)
    expect(await binnedImages()).toEqual([])
    await expect(restoreImage(ImageId)).rejects.toMatchObject({ name: 'InvalidAMIID.NotFound' })
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/disable-an-ami.html
  test('a disabled one comes back disabled', async () => {
    await imageRule()
    const { ImageId } = ownImage({ State: 'disabled' }).image
    await deregister(ImageId)
    await restoreImage(ImageId)
    const request = { ImageIds: [ImageId], IncludeDisabled: true }
    const { Images } = await clients.ec2.send(new DescribeImagesCommand(request))
    expect(Images).toMatchObject([{ State: 'disabled' }])
  })

  test('can be restored only after its snapshots', async () => {
    await imageRule()
    await rule()
    const { image } = ownImage()
    const [snapshot = ''] = snapshotIdsOf(image)
    await deregister(image.ImageId, true)
    await expect(restoreImage(image.ImageId)).rejects.toMatchObject({ name: 'IncorrectState' })
    await restore(snapshot)
    await restoreImage(image.ImageId)
    expect(await imageOf(clients, image.ImageId)).toMatchObject({ State: 'available' })
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html (Name)
  test('frees its name; restored, it needs it again', async () => {
    await imageRule()
    const { ImageId } = ownImage({ Name: 'taken' }).image
    await deregister(ImageId)
    ownImage({ Name: 'taken' })
    await expect(restoreImage(ImageId)).rejects.toMatchObject({ name: 'InvalidAMIName.Duplicate' })
    expect(await binnedImages()).toMatchObject([{ ImageId }])
  })

  test('one of instance store is gone for good', async () => {
    await imageRule()
    await deregister(ownImage({ RootDeviceType: 'instance-store', BlockDeviceMappings: [] }).image.ImageId)
    expect(await binnedImages()).toEqual([])
  })
})

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ListImagesInRecycleBin.html
describe('listing', () => {
  test.each([
    ['21 ids', { ImageIds: Array.from({ length: 21 }, () => 'ami-0123456789abcdef0') }, 'InvalidParameterValue'],
    ['an image that is not there', { ImageIds: ['ami-0123456789abcdef0'] }, 'InvalidAMIID.NotFound'],
    ['a dry run', { DryRun: true }, 'DryRunOperation']
  ])('images: refuses %s', async (_, input, name) => {
    await expect(clients.ec2.send(new ListImagesInRecycleBinCommand(input))).rejects.toMatchObject({ name })
  })

  test.each([
    ['fewer than five a page', { MaxResults: 4 }, 'InvalidParameterValue'],
    ['a snapshot that is not there', { SnapshotIds: ['snap-0123456789abcdef0'] }, 'InvalidSnapshot.NotFound'],
    ['a dry run', { DryRun: true }, 'DryRunOperation']
  ])('snapshots: refuses %s', async (_, input, name) => {
    await expect(clients.ec2.send(new ListSnapshotsInRecycleBinCommand(input))).rejects.toMatchObject({ name })
  })
})
