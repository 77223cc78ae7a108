import {
  CreateTagsCommand,
  DeregisterImageCommand,
  DisableImageCommand,
  EnableImageDeprecationCommand
} from '@aws-sdk/client-ec2'
import { PutParameterCommand } from '@aws-sdk/client-ssm'
import type { Clients } from '../../../aws/aws.ts'
import { TAGS, toTagList } from '../../../image/tags.ts'
import { sayReturnCode } from '../../left-snapshot.ts'
import type { ImageFacts } from '../facts.ts'
import { readPermissions } from '../observe/details.ts'
import { noteAfter, noteBefore } from '../plan/plan-journal.ts'
import { later } from '../plan/plan-life.ts'
import { saveSharing } from '../plan/plan-sharing.ts'

type Tags = Readonly<Record<string, string>>

/** Who acts, and when by EC2's clock. */
export interface Act {
  readonly clients: Clients
  readonly run: string
  readonly now: () => Date
}

/** EC2 takes no date of the past, and rounds to minutes. */
const SOON_SECONDS = 120

/** Hides an image from those who list images; whoever has its id may launch it as before. */
export async function deprecate({ clients, run, now }: Act, { imageId }: ImageFacts): Promise<void> {
  await tag(clients, [imageId], noteBefore('deprecate', run))
  const DeprecateAt = later(now(), SOON_SECONDS)
  await clients.ec2.send(new EnableImageDeprecationCommand({ ImageId: imageId, DeprecateAt }))
  await tag(clients, [imageId], noteAfter('deprecate', now()))
}

/** Lets nobody launch an image any more. With whom it is shared is noted first: EC2 forgets it. */
export async function disable({ clients, run, now }: Act, { imageId, tags }: ImageFacts): Promise<void> {
  const saved = saveSharing(imageId, tags, await readPermissions(clients, imageId))
  if (saved.parameter) {
    const { name, value } = saved.parameter
    const request = { Name: name, Value: value, Type: 'String' as const, Overwrite: true }
    await clients.ssm.send(new PutParameterCommand({ ...request, Tier: 'Intelligent-Tiering' }))
  }
  await tag(clients, [imageId], { ...noteBefore('disable', run), ...saved.tags })
  await clients.ec2.send(new DisableImageCommand({ ImageId: imageId }))
  await tag(clients, [imageId], noteAfter('disable', now()))
}

/**
 * Deregisters an image with its snapshots, which say first whose they were. The snapshot that an image was registered from
 * is somebody else's and stays. Result: what EC2 says of the snapshots that it did not delete.
 */
export async function deregister({ clients, run }: Act, { imageId, tags, snapshotIds }: ImageFacts): Promise<string[]> {
  const isRegistered = tags[TAGS.base]?.startsWith('snap-') === true && tags[TAGS.copiedFrom] === undefined
  if (!isRegistered && snapshotIds.length > 0) await tag(clients, snapshotIds, { [TAGS.imageId]: imageId })
  await tag(clients, [imageId], noteBefore('deregister', run))
  const command = new DeregisterImageCommand({ ImageId: imageId, DeleteAssociatedSnapshots: !isRegistered })
  const { DeleteSnapshotResults: results = [] } = await clients.ec2.send(command)
  return results.flatMap(({ SnapshotId: id, ReturnCode: code }) =>
    code === 'success' ? [] : [`${id}: ${sayReturnCode(code)}`]
  )
}

export async function tag({ ec2 }: Clients, ids: readonly string[], tags: Tags): Promise<void> {
  await ec2.send(new CreateTagsCommand({ Resources: [...ids], Tags: toTagList(tags) }))
}
