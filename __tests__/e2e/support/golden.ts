import { CreateTagsCommand, DescribeImagesCommand, type Image } from '@aws-sdk/client-ec2'
import type { Sandbox } from './sandbox.ts'

export interface Golden {
  readonly account: string
  readonly region?: string
  /** The family's version: a later one was baked a day after. */
  readonly version: number
  /** More tags, without their prefix; an empty one takes a default away. */
  readonly tags?: Readonly<Record<string, string>>
  readonly image?: Partial<Image>
  /** The ARN of the key that its snapshots are encrypted with. */
  readonly kmsKeyId?: string
}

const DAY_MS = 86_400_000
const START = Date.UTC(2026, 0, 1)

/** An image of the family web as a bake, or a copy, and `verify` leave it. Result: its id. */
export async function makeGolden(sandbox: Sandbox, golden: Golden): Promise<string> {
  const { account, region = 'us-east-1', version, image, kmsKeyId } = golden
  const Name = `web-${version}`
  await sandbox.post('seed', { account, region, images: [{ kmsKeyId, Image: { Name, ...image } }] })
  const ec2 = sandbox.ec2(account, region)
  const Filters = [{ Name: 'name', Values: [Name] }]
  const { Images: [made] = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ['self'], Filters }))
  const id = made?.ImageId ?? ''
  const Tags = Object.entries(tagsOf(golden, id)).map(([key, Value]) => ({ Key: `ami-action:${key}`, Value }))
  await ec2.send(new CreateTagsCommand({ Resources: [id], Tags }))
  return id
}

function tagsOf({ version, tags }: Golden, id: string): Record<string, string> {
  const bakedAt = START + version * DAY_MS
  const all = {
    managed: 'true',
    self: id,
    family: 'web',
    channel: 'release',
    digest: `digest-${version}`,
    'baked-at': new Date(bakedAt).toISOString(),
    'valid-until': new Date(Date.now() + 30 * DAY_MS).toISOString(),
    verified: `passed ${new Date(bakedAt).toISOString()}`,
    ...tags
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))
}

/** An image's tags of ours, without their prefix. */
export async function ownTags(
  sandbox: Sandbox,
  { account, region = 'us-east-1' }: { account: string; region?: string },
  id: string
): Promise<Record<string, string>> {
  const request = { ImageIds: [id], IncludeDisabled: true, IncludeDeprecated: true }
  const { Images: [image] = [] } = await sandbox.ec2(account, region).send(new DescribeImagesCommand(request))
  const tags = (image?.Tags ?? []).map(({ Key = '', Value = '' }) => [Key.replace(/^ami-action:/, ''), Value])
  return Object.fromEntries(tags)
}
