import {
  CreateImageCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  type EC2Client,
  type Image,
  RunInstancesCommand,
  waitUntilImageAvailable,
  waitUntilInstanceRunning
} from '@aws-sdk/client-ec2'
import { CreateAliasCommand, CreateKeyCommand } from '@aws-sdk/client-kms'
import { GetParameterCommand } from '@aws-sdk/client-ssm'
import type { Sandbox } from './sandbox.ts'

const BASE = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64'

/** By device: the key that a volume is encrypted with, or whether by the default key. */
export type Volumes = Readonly<Record<string, string | boolean>>

/** An image of the account's own whose volumes are encrypted so, made of an instance. */
export async function makeImage(
  sandbox: Sandbox,
  account: string,
  volumes: Volumes = { '/dev/xvda': false },
  tags: Readonly<Record<string, string>> = {},
  Name = 'golden'
): Promise<string> {
  const ec2 = sandbox.ec2(account)
  const { Parameter } = await sandbox.ssm(account).send(new GetParameterCommand({ Name: BASE }))
  const BlockDeviceMappings = Object.entries(volumes).map(([DeviceName, key]) => ({
    DeviceName,
    Ebs: { VolumeSize: 8, Encrypted: key !== false, ...(typeof key === 'string' && { KmsKeyId: key }) }
  }))
  const ImageId = Parameter?.Value ?? ''
  const launch = { ImageId, InstanceType: 't3.small', MinCount: 1, MaxCount: 1, BlockDeviceMappings } as const
  const { Instances: [instance] = [] } = await ec2.send(new RunInstancesCommand(launch))
  const InstanceId = instance?.InstanceId ?? ''
  await waitUntilInstanceRunning(FAST(ec2), { InstanceIds: [InstanceId] })
  const TagSpecifications = [
    { ResourceType: 'image' as const, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }
  ]
  const created = await ec2.send(
    new CreateImageCommand({ InstanceId, Name, ...(Object.keys(tags).length > 0 && { TagSpecifications }) })
  )
  await waitUntilImageAvailable(FAST(ec2), { ImageIds: [created.ImageId ?? ''] })
  return created.ImageId ?? ''
}

const FAST = (client: EC2Client) => ({ client, minDelay: 0.05, maxDelay: 0.1, maxWaitTime: 20 })

/** What a region shows of an image. */
export async function describeImage(
  sandbox: Sandbox,
  account: string,
  region: string,
  id: string
): Promise<Image | undefined> {
  const { Images = [] } = await sandbox.ec2(account, region).send(new DescribeImagesCommand({ ImageIds: [id] }))
  return Images[0]
}

/** A key with an alias, which other accounts may use as well. Result: its ARN. */
export async function makeKey(
  sandbox: Sandbox,
  account: string,
  region: string,
  alias: string,
  friends: readonly string[] = []
): Promise<string> {
  const kms = sandbox.kms(account, region)
  const Principal = { AWS: [account, ...friends].map(each => `arn:aws:iam::${each}:root`) }
  const Statement = [{ Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' }]
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
  const { KeyMetadata: key } = await kms.send(new CreateKeyCommand(friends.length > 0 ? { Policy } : {}))
  await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: key?.KeyId ?? '' }))
  return key?.Arn ?? ''
}

/** By device: the key of the snapshot behind it, read back from EC2; `none` where it is not encrypted. */
export async function keysOf(
  sandbox: Sandbox,
  account: string,
  region: string,
  imageId: string
): Promise<Record<string, string>> {
  const image = await describeImage(sandbox, account, region, imageId)
  const mappings = (image?.BlockDeviceMappings ?? []).filter(({ Ebs }) => Ebs?.SnapshotId)
  const SnapshotIds = mappings.map(({ Ebs }) => Ebs?.SnapshotId ?? '')
  if (SnapshotIds.length === 0) return {}
  const { Snapshots = [] } = await sandbox.ec2(account, region).send(new DescribeSnapshotsCommand({ SnapshotIds }))
  return Object.fromEntries(
    mappings.map(({ DeviceName, Ebs }) => {
      const snapshot = Snapshots.find(each => each.SnapshotId === Ebs?.SnapshotId)
      return [DeviceName, snapshot?.Encrypted ? (snapshot.KmsKeyId ?? '') : 'none']
    })
  )
}
