import {
  type CreateVolumePermission,
  type Image,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand
} from '@aws-sdk/client-ec2'
import { CreateGrantCommand, type GrantOperation, RevokeGrantCommand } from '@aws-sdk/client-kms'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { serve, served, useClients } from '../../../support/sandbox.ts'
import { IMAGES, managedKeyId, seeder } from '../fixture.ts'
import { imageOf, launch } from '../make.ts'
import {
  copyImage,
  copySnapshot,
  createKey,
  finish,
  imageFor,
  keysOf,
  letUse,
  SHARED_KEY_ACTIONS,
  snapshotFor
} from './parts.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder, latencyFactor: 1 }))
const owner = useClients(sandbox)
const member = useClients(sandbox)

const region = () => sandbox.world.usedRegion('us-east-1')

async function shareSnapshot(SnapshotId: string, permission: CreateVolumePermission): Promise<void> {
  const CreateVolumePermission = { Add: [permission] }
  await owner.ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId, CreateVolumePermission }))
}

async function shareImage(ImageId: string): Promise<void> {
  const LaunchPermission = { Add: [{ UserId: member.account }] }
  await owner.ec2.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission }))
}

/** An image of the owner's that the member may launch, and copy as far as permissions of snapshots go. */
async function sharedImage(volume = {}, change: Partial<Image> = {}): Promise<string> {
  const snapshotId = await snapshotFor(sandbox, owner, volume)
  const id = await imageFor(sandbox, owner, [snapshotId])
  Object.assign(region()?.images.get(id)?.image ?? {}, change)
  await shareSnapshot(snapshotId, { UserId: member.account })
  await shareImage(id)
  return id
}

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-ami-copy-works.html (cross-account copying)
describe("another account's image", () => {
  test('is not found unless it is shared', async () => {
    const SourceImageId = await imageFor(sandbox, owner, [await snapshotFor(sandbox, owner)])
    await expect(copyImage(member, { SourceImageId })).rejects.toMatchObject({ name: 'InvalidAMIID.NotFound' })
  })

  test('can be launched when it is shared, and copied only when its snapshots are shared, too', async () => {
    const snapshotId = await snapshotFor(sandbox, owner)
    const SourceImageId = await imageFor(sandbox, owner, [snapshotId], { Architecture: 'x86_64' })
    await shareImage(SourceImageId)
    await launch(member, { ImageId: SourceImageId })
    await expect(copyImage(member, { SourceImageId })).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: 'You do not have permission to access the storage of this ami'
    })
    await shareSnapshot(snapshotId, { UserId: member.account })
    const id = await copyImage(member, { SourceImageId })
    await finish(sandbox)
    expect(await imageOf(member, id)).toMatchObject({ State: 'available', OwnerId: member.account, SourceImageId })
  })

  test('can be copied by everybody where it is public and its snapshots are', async () => {
    const id = await copyImage(member, { SourceImageId: IMAGES.linux })
    await finish(sandbox)
    expect(await imageOf(member, id)).toMatchObject({ State: 'available', OwnerId: member.account, Public: false })
  })

  test.each([
    [
      'of the Marketplace',
      { ProductCodes: [{ ProductCodeId: 'abc', ProductCodeType: 'marketplace' as const }] },
      'Images from AWS Marketplace'
    ],
    ['with Windows', { UsageOperation: 'RunInstances:0002' }, 'Images with EC2 BillingProduct codes'],
    ['with Red Hat Enterprise Linux', { UsageOperation: 'RunInstances:0010' }, 'Images with EC2 BillingProduct codes']
  ])('%s is not copied, however it is shared; its owner copies it', async (_, change, sentence) => {
    const SourceImageId = await sharedImage({}, change)
    await expect(copyImage(member, { SourceImageId })).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: `${sentence} cannot be copied to another AWS account.`
    })
    const id = await copyImage(owner, { SourceImageId })
    expect(await imageOf(owner, id)).toMatchObject(change)
  })
})

// https://docs.aws.amazon.com/ebs/latest/userguide/share-kms-key.html
describe("an encrypted image of another account's", () => {
  const copied = async (SourceImageId: string, Name = 'copy') => {
    const id = await copyImage(member, { SourceImageId, Name })
    await finish(sandbox)
    return imageOf(member, id)
  }

  test('needs its key, too, and becomes encrypted with one of the copying account', async () => {
    const KmsKeyId = await createKey(owner)
    const SourceImageId = await sharedImage({ Encrypted: true, KmsKeyId })
    expect(await copied(SourceImageId)).toMatchObject({ State: 'failed' })
    await letUse(owner, KmsKeyId, member.account, SHARED_KEY_ACTIONS)
    const image = await copied(SourceImageId, 'second')
    expect(image).toMatchObject({ State: 'available' })
    const own = `arn:aws:kms:us-east-1:${member.account}:key/${managedKeyId(member.account)}`
    expect(await keysOf(member, image)).toEqual([own])
  })

  // https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
  test('can be copied as long as a grant lets the account use the key', async () => {
    const KmsKeyId = await createKey(owner)
    const SourceImageId = await sharedImage({ Encrypted: true, KmsKeyId })
    const Operations: GrantOperation[] = ['DescribeKey', 'CreateGrant', 'Decrypt', 'ReEncryptFrom']
    const GranteePrincipal = `arn:aws:iam::${member.account}:role/copy`
    const grant = new CreateGrantCommand({ KeyId: KmsKeyId, GranteePrincipal, Operations })
    const { GrantId } = await owner.kms.send(grant)
    expect(await copied(SourceImageId)).toMatchObject({ State: 'available' })
    await owner.kms.send(new RevokeGrantCommand({ KeyId: KmsKeyId, GrantId }))
    expect(await copied(SourceImageId, 'second')).toMatchObject({ State: 'failed' })
  })
})

// https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html
describe("another account's snapshot", () => {
  test('is found, and copied, when it is shared with the account or with all', async () => {
    const SourceSnapshotId = await snapshotFor(sandbox, owner)
    const refused = copySnapshot(member, { SourceSnapshotId })
    await expect(refused).rejects.toMatchObject({ name: 'InvalidSnapshot.NotFound' })
    for (const permission of [{ UserId: member.account }, { Group: 'all' as const }]) {
      await shareSnapshot(SourceSnapshotId, permission)
      expect(await copySnapshot(member, { SourceSnapshotId })).toMatch(/^snap-/)
    }
  })
})
