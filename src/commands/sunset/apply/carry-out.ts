import {
  CreateImageUsageReportCommand,
  DeleteTagsCommand,
  DisableImageDeregistrationProtectionCommand,
  ListImagesInRecycleBinCommand
} from '@aws-sdk/client-ec2'
import { AmiError } from '../../../errors.ts'
import { isGone } from '../observe/named-by.ts'
import type { Decision } from '../plan/plan-decision.ts'
import type { Journal } from '../plan/plan-journal.ts'
import { recheck } from './recheck.ts'
import { type Act, deprecate, deregister, disable, tag } from './retire.ts'

/** What has come of a decision. */
export interface Result {
  readonly decision: Decision
  /** Whether the image is where it was to go. */
  readonly isDone: boolean
  /** What there is to tell of it besides. */
  readonly notes: readonly string[]
  readonly error?: unknown
}

/** Whether there is anything to do about a decision. */
export const isIdle = ({ action, journal, unprotect, requestReport }: Decision): boolean =>
  action === 'keep' && !unprotect && !requestReport && isEmpty(journal)

const isEmpty = ({ set, remove }: Journal): boolean => Object.keys(set).length === 0 && remove.length === 0

/** Does what was decided about one image. Its failure is its own. */
export async function carryOut(act: Act, decision: Decision): Promise<Result> {
  try {
    await prepare(act, decision)
    const notes = await retire(act, decision)
    return { decision, isDone: decision.action !== 'keep' && notes !== undefined, notes: notes ?? [] }
  } catch (error) {
    if (isGone(error)) return { decision, isDone: true, notes: ['it is gone'] }
    return { decision, isDone: false, notes: [], error }
  }
}

/** The journal, the protection and the report: what is done whether the image goes on now or later. */
async function prepare({ clients }: Act, { subject, journal, unprotect, requestReport }: Decision): Promise<void> {
  const { imageId: ImageId } = subject.image
  const { ec2 } = clients
  if (Object.keys(journal.set).length > 0) await tag(clients, [ImageId], journal.set)
  if (journal.remove.length > 0) {
    await ec2.send(new DeleteTagsCommand({ Resources: [ImageId], Tags: journal.remove.map(Key => ({ Key })) }))
  }
  if (unprotect) await ec2.send(new DisableImageDeregistrationProtectionCommand({ ImageId }))
  if (requestReport) {
    const ResourceTypes = ['ec2:Instance', 'ec2:LaunchTemplate'].map(ResourceType => ({ ResourceType }))
    await ec2.send(new CreateImageUsageReportCommand({ ImageId, ResourceTypes }))
  }
}

/** Result: what there is to tell; undefined where the image had to stay after all. */
async function retire(act: Act, { subject, action }: Decision): Promise<string[] | undefined> {
  const { image } = subject
  if (action === 'keep') return []
  if (action === 'deprecate') {
    await deprecate(act, image)
    return []
  }
  const seen = await recheck(act.clients, image)
  if (seen.kind === 'gone') return ['it is gone']
  if (seen.kind === 'keep') throw new Kept(seen.why)
  if (action === 'disable') {
    await disable(act, seen.image)
    return []
  }
  const left = await deregister(act, seen.image)
  return [...left.map(each => `the snapshot ${each}`), ...(await sayBin(act, subject.image.imageId))]
}

/** The reason why an image had to stay, seen only right before it was to go. */
export class Kept extends AmiError {
  constructor(why: string) {
    super('EC2', why)
  }
}

/** Whether the image is in the Recycle Bin is seen there, not assumed. */
async function sayBin({ clients }: Act, imageId: string): Promise<string[]> {
  const { Images: images = [] } = await clients.ec2.send(new ListImagesInRecycleBinCommand({ ImageIds: [imageId] }))
  const until = images.find(({ ImageId: id }) => id === imageId)?.RecycleBinExitTime
  return [until ? `it is in the Recycle Bin until ${until.toISOString().slice(0, 10)}` : 'it is gone for good']
}
