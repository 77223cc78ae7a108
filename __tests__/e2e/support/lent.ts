import {
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeSnapshotAttributeCommand,
  DescribeTagsCommand
} from '@aws-sdk/client-ec2'
import { ListGrantsCommand } from '@aws-sdk/client-kms'
import type { Sandbox } from './sandbox.ts'

/** Whom the image, its snapshots and their key are open to. */
export async function openTo(sandbox: Sandbox, account: string, imageId: string, key?: string) {
  const ec2 = sandbox.ec2(account)
  const { LaunchPermissions } = await ec2.send(
    new DescribeImageAttributeCommand({ ImageId: imageId, Attribute: 'launchPermission' })
  )
  const { Images } = await ec2.send(new DescribeImagesCommand({ ImageIds: [imageId] }))
  const SnapshotId = Images?.[0]?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? ''
  const { CreateVolumePermissions } = await ec2.send(
    new DescribeSnapshotAttributeCommand({ SnapshotId, Attribute: 'createVolumePermission' })
  )
  const { Grants = [] } = key ? await sandbox.kms(account).send(new ListGrantsCommand({ KeyId: key })) : {}
  const { Tags = [] } = await ec2.send(
    new DescribeTagsCommand({ Filters: [{ Name: 'key', Values: ['ami-action:lent*'] }] })
  )
  return {
    image: (LaunchPermissions ?? []).map(({ UserId }) => UserId),
    snapshot: (CreateVolumePermissions ?? []).map(({ UserId }) => UserId),
    grants: Grants.filter(({ Name }) => Name === 'ami-action-copy').length,
    notes: Tags.length
  }
}

/** Open to nobody. */
export const CLOSED = { image: [], snapshot: [], grants: 0, notes: 0 }
