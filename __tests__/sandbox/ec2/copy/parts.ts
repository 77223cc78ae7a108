import {
  CopyImageCommand,
  type CopyImageCommandInput,
  CopySnapshotCommand,
  type CopySnapshotCommandInput,
  RegisterImageCommand,
  type RegisterImageCommandInput
} from '@aws-sdk/client-ec2'
import { CreateKeyCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms'
import { advance, type Clients, clientsFor, type RunningSandbox } from '../../../support/sandbox.ts'
import { createSnapshot, createVolume, snapshotIdsOf, snapshotOf } from '../make.ts'

const AN_HOUR_SECONDS = 3600

/** Lets every copy that is under way come to its end. */
export const finish = (sandbox: RunningSandbox): Promise<void> => advance(sandbox, AN_HOUR_SECONDS)

/** The same account in another region. */
export const inRegion = (sandbox: RunningSandbox, { account }: Clients, region: string): Clients =>
  clientsFor(sandbox.url, account, region)

/** A completed snapshot of a volume of one GiB. */
export async function snapshotFor(sandbox: RunningSandbox, clients: Clients, change = {}): Promise<string> {
  const id = await createVolume(clients, change)
  await finish(sandbox)
  const snapshotId = await createSnapshot(clients, id)
  await finish(sandbox)
  return snapshotId
}

/** An available image of these snapshots, the first of which is its root volume's. */
export async function imageFor(
  sandbox: RunningSandbox,
  { ec2 }: Clients,
  snapshotIds: readonly string[],
  change: Partial<RegisterImageCommandInput> = {}
): Promise<string> {
  const BlockDeviceMappings = snapshotIds.map((SnapshotId, i) => ({
    DeviceName: i === 0 ? '/dev/xvda' : `/dev/sd${'fghij'[i]}`,
    Ebs: { SnapshotId }
  }))
  const request = {
    Name: 'base',
    RootDeviceName: '/dev/xvda',
    VirtualizationType: 'hvm',
    BlockDeviceMappings,
    ...change
  }
  const { ImageId = '' } = await ec2.send(new RegisterImageCommand(request))
  await finish(sandbox)
  return ImageId
}

export async function copyImage({ ec2 }: Clients, change: Partial<CopyImageCommandInput>): Promise<string> {
  const request = { Name: 'copy', SourceRegion: 'us-east-1', SourceImageId: undefined, ...change }
  return (await ec2.send(new CopyImageCommand(request))).ImageId ?? ''
}

export async function copySnapshot({ ec2 }: Clients, change: Partial<CopySnapshotCommandInput>): Promise<string> {
  const request = { SourceRegion: 'us-east-1', SourceSnapshotId: undefined, ...change }
  return (await ec2.send(new CopySnapshotCommand(request))).SnapshotId ?? ''
}

/** The ARN of a new key of the account. */
export async function createKey({ kms }: Clients, change = {}): Promise<string> {
  return (await kms.send(new CreateKeyCommand(change))).KeyMetadata?.Arn ?? ''
}

/** Puts a key policy by which its own account may do everything, and other accounts these actions. */
export async function letUse({ kms, account }: Clients, KeyId: string, user: string, Action: string[]): Promise<void> {
  const allow = (id: string, actions: string[]) => ({
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${id}:root` },
    Action: actions,
    Resource: '*'
  })
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [allow(account, ['kms:*']), allow(user, Action)] })
  await kms.send(new PutKeyPolicyCommand({ KeyId, Policy }))
}

/** What the key policy of a shared image must allow, as the EBS guide lists it. */
export const SHARED_KEY_ACTIONS = ['kms:DescribeKey', 'kms:CreateGrant', 'kms:Decrypt', 'kms:ReEncrypt*']

/** The keys of an image's snapshots, in the order of its devices. */
export async function keysOf(clients: Clients, image: Parameters<typeof snapshotIdsOf>[0]) {
  return Promise.all(snapshotIdsOf(image).map(async id => (await snapshotOf(clients, id))?.KmsKeyId))
}
