import {
  DeleteTagsCommand,
  DescribeImagesCommand,
  DisableImageDeprecationCommand,
  EnableImageCommand,
  type LaunchPermission,
  ModifyImageAttributeCommand
} from '@aws-sdk/client-ec2'
import { DeleteParametersCommand, GetParametersCommand } from '@aws-sdk/client-ssm'
import type { Aws, Clients } from '../../../aws/aws.ts'
import { AmiError } from '../../../errors.ts'
import { TAGS } from '../../../image/tags.ts'
import type { ImageFacts } from '../facts.ts'
import { toImageFacts } from '../observe/images.ts'
import { isGone } from '../observe/named-by.ts'
import { later } from '../plan/plan-life.ts'
import { isNote, parameterOf, readSharing } from '../plan/plan-sharing.ts'
import { findRecycled, restore } from './restore.ts'
import { tag } from './retire.ts'

/** What is to be done to bring an image back, in this order. */
export interface UndoPlan {
  readonly imageId: string
  readonly steps: readonly string[]
}

/**
 * Brings an image back from wherever a sunset has it: the Recycle Bin, disabled, deprecated; and shares it again with whom it
 * was shared. Then it stays for a while. Result: what was done, in order. Errors: INPUT where there is nothing to bring back.
 */
export async function undo(aws: Aws, clients: Clients, imageId: string, staysSeconds: number): Promise<UndoPlan> {
  const { dryRun } = aws.run.inputs
  const steps: string[] = []
  const act = async (step: string, work: () => Promise<unknown>) => {
    if (!dryRun) await work()
    steps.push(step)
  }
  const recycled = await findRecycled(clients, imageId)
  if (recycled) await act('taken out of the Recycle Bin', () => restore(aws, clients, recycled))
  if (recycled && dryRun) return { imageId, steps: [...steps, 'enabled, shared and shown again as it was'] }
  const image = await readOwn(clients, imageId)
  if (image.state === 'disabled')
    await act('enabled', () => clients.ec2.send(new EnableImageCommand({ ImageId: imageId })))
  const permissions = await readSaved(clients, image)
  if (permissions.length > 0) {
    const request = { ImageId: imageId, LaunchPermission: { Add: permissions } }
    const step = `shared again with ${permissions.map(sayPermission).join(', ')}`
    await act(step, () => clients.ec2.send(new ModifyImageAttributeCommand(request)))
  }
  if (image.deprecatedAt) {
    await act('shown again', () => clients.ec2.send(new DisableImageDeprecationCommand({ ImageId: imageId })))
  }
  if (steps.length === 0 && image.tags[TAGS.stage] === undefined) throw nothingToUndo(image)
  const until = later(aws.now(), staysSeconds)
  await act(`stays until ${until.toISOString().slice(0, 10)}`, () => clearJournal(clients, image, until))
  return { imageId, steps }
}

/** The note of the sharing goes last of all: until then a rerun finds it. */
async function clearJournal(clients: Clients, { imageId, tags }: ImageFacts, until: Date): Promise<void> {
  await tag(clients, [imageId], { [TAGS.notBefore]: until.toISOString() })
  const keys = Object.keys(tags).filter(key => key === TAGS.stage || key === TAGS.stageSince || isNote(key))
  if (keys.length === 0) return
  await clients.ec2.send(new DeleteTagsCommand({ Resources: [imageId], Tags: keys.map(Key => ({ Key })) }))
  const parameter = parameterOf(tags)
  if (parameter) await clients.ssm.send(new DeleteParametersCommand({ Names: [parameter] }))
}

async function readOwn({ ec2, region }: Clients, imageId: string): Promise<ImageFacts> {
  const request = { ImageIds: [imageId], Owners: ['self'], IncludeDeprecated: true, IncludeDisabled: true }
  const { Images: [image] = [] } = await ec2.send(new DescribeImagesCommand(request)).catch(error => {
    if (isGone(error)) return { Images: [] }
    throw error
  })
  if (image) return toImageFacts(image)
  const hint = 'What has left the Recycle Bin is gone for good.'
  const sentence = `Input undo: expected an image of this account in ${region}, or in its Recycle Bin, found no ${imageId}`
  throw new AmiError('INPUT', sentence, { hint })
}

/** Errors: EC2 where a part of the note is missing: the image is back then, but not whose it was to use. */
async function readSaved({ ssm }: Clients, { imageId, tags }: ImageFacts): Promise<LaunchPermission[]> {
  if (tags[TAGS.shared] === undefined) return []
  const name = parameterOf(tags)
  const { Parameters: [parameter] = [] } = name ? await ssm.send(new GetParametersCommand({ Names: [name] })) : {}
  const permissions = readSharing(tags, parameter?.Value)
  if (permissions) return permissions
  const hint = 'Share it again with `publish`, and run `undo` once more after removing the tag.'
  throw new AmiError('EC2', `Expected the tags of ${imageId} to tell with whom it was shared, found a part of it`, {
    hint
  })
}

const sayPermission = ({ UserId, OrganizationArn, OrganizationalUnitArn, Group }: LaunchPermission): string =>
  UserId ?? OrganizationArn ?? OrganizationalUnitArn ?? (Group === 'all' ? 'everybody' : 'nobody')

function nothingToUndo({ imageId, state }: ImageFacts): AmiError {
  return new AmiError(
    'INPUT',
    `Input undo: expected an image that was retired, found ${imageId} ${state} and not deprecated`
  )
}
