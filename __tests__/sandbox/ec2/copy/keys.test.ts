import { CreateVolumeCommand, DescribeInstancesCommand, ModifyEbsDefaultKmsKeyIdCommand } from '@aws-sdk/client-ec2'
import {
  DescribeKeyCommand,
  DisableKeyCommand,
  PutKeyPolicyCommand,
  ReplicateKeyCommand,
  ScheduleKeyDeletionCommand
} from '@aws-sdk/client-kms'
import { describe, expect, test } from '@jest/globals'
import { HandGuests } from '../../../support/hand-guests.ts'
import { advance, clientsFor, serve, served, useClients } from '../../../support/sandbox.ts'
import { IMAGES, ROOT_SNAPSHOT, seeder } from '../fixture.ts'
import { imageOf, launch, settle, snapshotIdsOf, snapshotOf, volumeOf } from '../make.ts'
import { copyImage, copySnapshot, createKey, finish, imageFor, inRegion, keysOf, letUse, snapshotFor } from './parts.ts'

const sandbox = await served(serve({ guests: new HandGuests(), seeder, latencyFactor: 1 }))
const clients = useClients(sandbox)

const NOT_ACCESSIBLE = 'Given key ID is not accessible'

/** Keys that EBS cannot use in us-east-1, and what a copy says of each. */
const UNUSABLE: [string, () => Promise<string>, string][] = [
  [
    'is disabled',
    async () => {
      const KeyId = await createKey(clients)
      await clients.kms.send(new DisableKeyCommand({ KeyId }))
      return KeyId
    },
    NOT_ACCESSIBLE
  ],
  [
    'is pending deletion',
    async () => {
      const KeyId = await createKey(clients)
      await clients.kms.send(new ScheduleKeyDeletionCommand({ KeyId }))
      return KeyId
    },
    NOT_ACCESSIBLE
  ],
  ['waits for its imported material', () => createKey(clients, { Origin: 'EXTERNAL' }), NOT_ACCESSIBLE],
  ['is asymmetric', () => createKey(clients, { KeySpec: 'RSA_2048' }), NOT_ACCESSIBLE],
  [
    "is the account's own, but its policy leaves the account out",
    async () => {
      const KeyId = await createKey(clients)
      const Statement = [{ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'kms:*' }]
      const request = { KeyId, Policy: JSON.stringify({ Statement }), BypassPolicyLockoutSafetyCheck: true }
      await clients.kms.send(new PutKeyPolicyCommand(request))
      return KeyId
    },
    NOT_ACCESSIBLE
  ],
  ["is another account's", () => createKey(clientsFor(sandbox.url)), NOT_ACCESSIBLE],
  [
    "is another account's and managed by AWS",
    async () => {
      const { kms } = clientsFor(sandbox.url)
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: 'alias/aws/ebs' }))
      return KeyMetadata?.Arn ?? ''
    },
    NOT_ACCESSIBLE
  ],
  [
    "is another account's whose policy does not allow all of it",
    async () => {
      const owner = clientsFor(sandbox.url)
      const key = await createKey(owner)
      await letUse(owner, key, clients.account, ['kms:DescribeKey', 'kms:GenerateDataKey*'])
      return key
    },
    NOT_ACCESSIBLE
  ],
  ['is of another region', () => createKey(inRegion(sandbox, clients, 'eu-west-1')), 'The specified keyId'],
  ['does not exist', async () => 'alias/nowhere', 'The specified keyId alias/nowhere is invalid'],
  ['is no key at all', async () => 'nowhere', 'The specified keyId nowhere is invalid']
]

// "Amazon Web Services authenticates the KMS key asynchronously. Therefore, if you specify an identifier that is not
// valid, the action can appear to complete, but eventually fails."
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopyImage.html (KmsKeyId)
describe('a key that EBS cannot use: where it', () => {
  test.each(UNUSABLE)('%s, CopyImage is accepted, and the image fails', async (_, key, message) => {
    const request = { SourceImageId: IMAGES.linux, Encrypted: true, KmsKeyId: await key() }
    const id = await copyImage(clients, request)
    expect(await imageOf(clients, id)).toMatchObject({ State: 'pending' })
    await advance(sandbox, 10)
    const image = await imageOf(clients, id)
    const StateReason = {
      Code: 'Client.InternalError',
      Message: expect.stringContaining(`AMI snapshot copy failed with error: ${message}`)
    }
    expect(image).toMatchObject({ State: 'failed', StateReason })
    const [snapshotId = ''] = snapshotIdsOf(image)
    expect(await snapshotOf(clients, snapshotId)).toMatchObject({ State: 'error' })
    await finish(sandbox)
    expect(await imageOf(clients, id)).toMatchObject({ State: 'failed' })
  })

  // https://docs.aws.amazon.com/ebs/latest/userguide/ebs-copy-snapshot.html: "the operation fails silently and the
  // snapshot copy receives the 'Given key ID is not accessible' status message"
  test.each(UNUSABLE)('%s, CopySnapshot is accepted, and the snapshot fails', async (_, key, message) => {
    const id = await copySnapshot(clients, { SourceSnapshotId: ROOT_SNAPSHOT, Encrypted: true, KmsKeyId: await key() })
    expect(await snapshotOf(clients, id)).toMatchObject({ State: 'pending' })
    await finish(sandbox)
    const StateMessage = expect.stringContaining(message)
    expect(await snapshotOf(clients, id)).toMatchObject({ State: 'error', StateMessage })
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html
  test.each(UNUSABLE)('%s, RunInstances is accepted, and the instance is terminated', async (what, key) => {
    const Ebs = { Encrypted: true, KmsKeyId: await key() }
    const { InstanceId = '' } = await launch(clients, { BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs }] })
    await settle(sandbox)
    const request = new DescribeInstancesCommand({ InstanceIds: [InstanceId] })
    const instance = (await clients.ec2.send(request)).Reservations?.[0]?.Instances?.[0]
    const isThere = /is disabled|deletion|material|asymmetric/.test(what)
    const Code = isThere ? 'Client.InvalidKMSKey.InvalidState' : 'Client.InternalError'
    expect(instance).toMatchObject({ State: { Name: 'terminated' }, StateReason: { Code } })
  })

  // https://github.com/kubernetes/kubernetes: such a volume "lives for couple of seconds and then it's silently deleted"
  test.each(UNUSABLE)('%s, CreateVolume is accepted, and the volume is gone', async (_, key) => {
    const request = { AvailabilityZone: 'us-east-1a', Size: 1, Encrypted: true, KmsKeyId: await key() }
    const { VolumeId = '' } = await clients.ec2.send(new CreateVolumeCommand(request))
    expect(await volumeOf(clients, VolumeId)).toMatchObject({ State: 'creating' })
    await settle(sandbox)
    await expect(volumeOf(clients, VolumeId)).rejects.toMatchObject({ name: 'InvalidVolume.NotFound' })
  })

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyEbsDefaultKmsKeyId.html
  test('does not exist, it can still be chosen for new volumes; copies fail then', async () => {
    await clients.ec2.send(new ModifyEbsDefaultKmsKeyIdCommand({ KmsKeyId: 'alias/nowhere' }))
    const id = await copyImage(clients, { SourceImageId: IMAGES.linux, Encrypted: true })
    await finish(sandbox)
    expect(await imageOf(clients, id)).toMatchObject({ State: 'failed' })
  })
})

describe('a key that EBS can use', () => {
  test('is another account’s whose policy allows what EBS does with it', async () => {
    const owner = clientsFor(sandbox.url)
    const KmsKeyId = await createKey(owner)
    const actions = ['kms:DescribeKey', 'kms:CreateGrant', 'kms:GenerateDataKey*', 'kms:ReEncrypt*']
    await letUse(owner, KmsKeyId, clients.account, actions)
    const id = await copyImage(clients, { SourceImageId: IMAGES.linux, Encrypted: true, KmsKeyId })
    await finish(sandbox)
    const image = await imageOf(clients, id)
    expect(image).toMatchObject({ State: 'available' })
    expect(await keysOf(clients, image)).toEqual([KmsKeyId])
  })

  // https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html
  test('is the replica of a multi-region key in the region of the copy', async () => {
    const KeyId = await createKey(clients, { MultiRegion: true })
    await clients.kms.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-west-1' }))
    await finish(sandbox)
    const there = inRegion(sandbox, clients, 'eu-west-1')
    const id = KeyId.split('/')[1] ?? ''
    const copyId = await copyImage(there, { SourceImageId: IMAGES.linux, Encrypted: true, KmsKeyId: id })
    await finish(sandbox)
    const image = await imageOf(there, copyId)
    expect(image).toMatchObject({ State: 'available' })
    expect(await keysOf(there, image)).toEqual([KeyId.replace('us-east-1', 'eu-west-1')])
  })
})

test('the key of an encrypted source is needed as well: a copy fails while it is disabled', async () => {
  const KeyId = await createKey(clients)
  const snapshotId = await snapshotFor(sandbox, clients, { Encrypted: true, KmsKeyId: KeyId })
  const SourceImageId = await imageFor(sandbox, clients, [snapshotId])
  await clients.kms.send(new DisableKeyCommand({ KeyId }))
  const id = await copyImage(inRegion(sandbox, clients, 'eu-west-1'), { SourceImageId })
  await finish(sandbox)
  const Message = `AMI snapshot copy failed with error: ${NOT_ACCESSIBLE}`
  const failed = { State: 'failed', StateReason: { Message } }
  expect(await imageOf(inRegion(sandbox, clients, 'eu-west-1'), id)).toMatchObject(failed)
})

test('a key that a fault rule denies spoils a copy as any other that cannot be used', async () => {
  const id = await copyImage(clients, { SourceImageId: IMAGES.linux })
  const [snapshotId = ''] = snapshotIdsOf(await imageOf(clients, id))
  const failure = { Code: 'Client.InvalidKMSKey.InvalidState', Message: NOT_ACCESSIBLE }
  Object.assign(sandbox.world.usedRegion('us-east-1')?.snapshots.get(snapshotId) ?? {}, { failure })
  await advance(sandbox, 10)
  const Message = `AMI snapshot copy failed with error: ${NOT_ACCESSIBLE}`
  expect(await imageOf(clients, id)).toMatchObject({ State: 'failed', StateReason: { Message } })
})
