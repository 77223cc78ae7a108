import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DisableImageDeprecationCommand,
  EnableImageCommand,
  EnableImageDeprecationCommand,
  EnableImageDeregistrationProtectionCommand,
  type LaunchPermission,
  ModifyImageAttributeCommand
} from '@aws-sdk/client-ec2'
import type { Clients } from '../../aws/aws.ts'
import { toTagList } from '../../image/tags.ts'

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-explicit.html */
export async function changeSharing(
  { ec2 }: Clients,
  ImageId: string,
  change: 'Add' | 'Remove',
  permissions: readonly LaunchPermission[]
): Promise<void> {
  await ec2.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission: { [change]: [...permissions] } }))
}

/** With a cooldown, which tells our protection from somebody's will; `sunset` takes it off in time. */
export async function protect({ ec2 }: Clients, ImageId: string): Promise<void> {
  await ec2.send(new EnableImageDeregistrationProtectionCommand({ ImageId, WithCooldown: true }))
}

export async function tag({ ec2 }: Clients, id: string, tags: Readonly<Record<string, string>>): Promise<void> {
  await ec2.send(new CreateTagsCommand({ Resources: [id], Tags: toTagList(tags) }))
}

export async function untag({ ec2 }: Clients, id: string, keys: readonly string[]): Promise<void> {
  await ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: keys.map(Key => ({ Key })) }))
}

export async function deprecate({ ec2 }: Clients, ImageId: string, DeprecateAt: Date): Promise<void> {
  await ec2.send(new EnableImageDeprecationCommand({ ImageId, DeprecateAt }))
}

export async function cancelDeprecation({ ec2 }: Clients, ImageId: string): Promise<void> {
  await ec2.send(new DisableImageDeprecationCommand({ ImageId }))
}

export async function enable({ ec2 }: Clients, ImageId: string): Promise<void> {
  await ec2.send(new EnableImageCommand({ ImageId }))
}
