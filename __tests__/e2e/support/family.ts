import { DescribeImagesCommand, type Image, ListImagesInRecycleBinCommand } from '@aws-sdk/client-ec2'
import { PutParameterCommand } from '@aws-sdk/client-ssm'
import type { Sandbox } from './sandbox.ts'

const DAY_MS = 86_400_000

/** An image of the family `web`, as a bake, a verification and a publication leave it. */
export interface SeededImage {
  readonly imageId: string
  readonly bakedDaysAgo: number
  /** How long it is valid from when it was baked. */
  readonly validDays?: number
  readonly isPublished?: boolean
  readonly sharedWith?: readonly string[]
  /** ISO 8601. */
  readonly deprecatedAt?: string
  readonly state?: 'available' | 'disabled'
  /** In GiB. */
  readonly volumeSizes?: readonly number[]
  /** Of undefined value: without the tag. */
  readonly tags?: Readonly<Record<string, string | undefined>>
}

/** An id of the family that is easy to read: `ami-0000000000000000` and a digit. */
export const idOf = (digit: number): string => `ami-${'0'.repeat(16)}${digit}`

/** An id that no other account of a shared sandbox has. */
export const ownId = (account: string, number: number): string => `ami-${account}${String(number).padStart(5, '0')}`

/** The newest of the family, published, with years to live. */
export const HEAD: SeededImage = { imageId: idOf(9), bakedDaysAgo: 1, validDays: 4000, isPublished: true }

/** Puts a family into an account as if it had been there for long; the parameter `/golden/web` names what is published. */
export async function seedFamily(
  sandbox: Sandbox,
  account: string,
  images: readonly SeededImage[],
  region = 'us-east-1'
): Promise<void> {
  const seeds = images.map(
    ({ imageId, bakedDaysAgo, sharedWith = [], deprecatedAt, state, volumeSizes = [8], ...more }) => ({
      ageDays: bakedDaysAgo,
      tags: tagsOf({ imageId, bakedDaysAgo, ...more }),
      snapshotTags: { 'ami-action:managed': 'true', 'ami-action:family': 'web' },
      volumeSizes,
      launchPermissions: sharedWith.map(UserId => ({ UserId })),
      Image: {
        Name: `web-${imageId}`,
        ImageId: imageId,
        ...(deprecatedAt && { DeprecationTime: deprecatedAt }),
        ...(state && { State: state })
      }
    })
  )
  await sandbox.post('seed', { account, region, images: seeds })
  const head = images.find(({ isPublished }) => isPublished)
  if (!head) return
  const parameter = { Name: '/golden/web', Value: head.imageId, Type: 'String', DataType: 'aws:ec2:image' } as const
  await sandbox.ssm(account, region).send(new PutParameterCommand(parameter))
}

function tagsOf({ imageId, bakedDaysAgo, validDays = 60, isPublished, tags }: SeededImage): Record<string, string> {
  const baked = Date.now() - bakedDaysAgo * DAY_MS
  const all = {
    'ami-action:managed': 'true',
    'ami-action:self': imageId,
    'ami-action:family': 'web',
    'ami-action:channel': 'release',
    'ami-action:baked-at': new Date(baked).toISOString(),
    'ami-action:valid-until': new Date(baked + validDays * DAY_MS).toISOString(),
    'ami-action:verified': `passed ${new Date(baked).toISOString()}`,
    ...(isPublished && { 'ami-action:published': new Date(baked).toISOString() }),
    ...tags
  }
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/** The images of an account as EC2 shows them to it, by id. */
export async function imagesOf(sandbox: Sandbox, account: string, region = 'us-east-1'): Promise<Map<string, Image>> {
  const request = { Owners: ['self'], IncludeDeprecated: true, IncludeDisabled: true }
  const { Images = [] } = await sandbox.ec2(account, region).send(new DescribeImagesCommand(request))
  return new Map(Images.map(image => [image.ImageId ?? '', image]))
}

/** How far an image is, by EC2 alone. */
export async function stateOf(sandbox: Sandbox, account: string, imageId: string): Promise<string> {
  const image = (await imagesOf(sandbox, account)).get(imageId)
  if (image) return image.DeprecationTime && image.State === 'available' ? 'deprecated' : (image.State ?? '')
  const { Images = [] } = await sandbox.ec2(account).send(new ListImagesInRecycleBinCommand({}))
  return Images.some(({ ImageId: id }) => id === imageId) ? 'recycled' : 'gone'
}

/** Lets the Recycle Bin keep images and snapshots for so many days. */
export async function keepInBin(sandbox: Sandbox, account: string, imageDays = 14, snapshotDays = 14): Promise<void> {
  const rule = (ResourceType: string, days: number) => ({
    service: 'rbin',
    operation: 'CreateRule',
    input: { ResourceType, RetentionPeriod: { RetentionPeriodValue: days, RetentionPeriodUnit: 'DAYS' } }
  })
  await sandbox.post('seed', { account, calls: [rule('EC2_IMAGE', imageDays), rule('EBS_SNAPSHOT', snapshotDays)] })
  // A first rule takes up to half an hour.
  await sandbox.post('clock', { advance: '1h' })
}

/** An image that is to go from one stage to the next in the first run. */
export function dueAt(stage: 'current' | 'deprecated' | 'disabled', imageId: string): SeededImage {
  const since = new Date(Date.now() - 20 * DAY_MS).toISOString()
  const journal = { 'ami-action:stage': stage, 'ami-action:stage-since': since, 'ami-action:shared': 'none' }
  return {
    imageId,
    bakedDaysAgo: 90,
    ...(stage !== 'current' && { tags: journal, deprecatedAt: since }),
    ...(stage === 'disabled' && { state: 'disabled' as const })
  }
}
