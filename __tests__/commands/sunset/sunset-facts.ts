import type { ImageDetails, ImageFacts, PlaceFacts, SnapshotFacts } from '../../../src/commands/sunset/facts.ts'
import type { Policy } from '../../../src/commands/sunset/policy.ts'
import { TAGS } from '../../../src/image/tags.ts'
import { SUNSET } from '../../../src/recipe/defaults.ts'

export const NOW = new Date('2026-11-01T12:00:00.000Z')
export const OWNER = '111122223333'
export const HOME = 'us-east-1'
export const DAY_MS = 86_400_000

export const daysAgo = (days: number): Date => new Date(NOW.getTime() - days * DAY_MS)
export const ago = (days: number): string => daysAgo(days).toISOString()

export const POLICY: Policy = {
  ...SUNSET,
  family: 'web',
  validForSeconds: 60 * 86_400,
  maxImages: 100,
  maxPercent: 100
}

/** An image of the family, finished and verified, that was baked so many days ago; `tags` of undefined value are absent. */
export function image(
  imageId: string,
  bakedDaysAgo: number,
  { tags = {}, ...more }: Partial<Omit<ImageFacts, 'tags'>> & { tags?: Record<string, string | undefined> } = {}
): ImageFacts {
  const all = {
    [TAGS.managed]: 'true',
    [TAGS.self]: imageId,
    [TAGS.family]: 'web',
    [TAGS.channel]: 'release',
    [TAGS.bakedAt]: ago(bakedDaysAgo),
    [TAGS.validUntil]: ago(bakedDaysAgo - 60),
    [TAGS.verified]: `passed ${ago(bakedDaysAgo)}`,
    ...tags
  }
  const set = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return {
    imageId,
    ownerId: OWNER,
    name: `web-${imageId}`,
    architecture: 'x86_64',
    state: 'available',
    isPublic: false,
    snapshotIds: [`snap-${imageId}`],
    protection: 'disabled',
    tags: Object.fromEntries(set),
    ...more
  }
}

/** The newest image, which is published and has years to live. */
export const head = (imageId = 'ami-head', bakedDaysAgo = 1): ImageFacts =>
  image(imageId, bakedDaysAgo, { tags: { [TAGS.published]: ago(bakedDaysAgo) } })

/** Deprecated by a sunset so many days ago. */
export const deprecated = (imageId: string, days: number, tags: Record<string, string | undefined> = {}): ImageFacts =>
  image(imageId, 100 + days, {
    deprecatedAt: daysAgo(days),
    tags: { [TAGS.stage]: 'deprecated', [TAGS.stageSince]: ago(days), ...tags }
  })

/** Disabled by a sunset so many days ago. */
export const disabled = (imageId: string, days: number, tags: Record<string, string | undefined> = {}): ImageFacts =>
  image(imageId, 120 + days, {
    state: 'disabled',
    deprecatedAt: daysAgo(days + 14),
    tags: { [TAGS.stage]: 'disabled', [TAGS.stageSince]: ago(days), [TAGS.shared]: 'none', ...tags }
  })

export const snapshotOf = ({ imageId, tags }: ImageFacts): SnapshotFacts => ({
  snapshotId: `snap-${imageId}`,
  tags: Object.fromEntries(Object.entries(tags).filter(([key]) => key === TAGS.managed || key === TAGS.family)),
  startedAt: daysAgo(200),
  sizeBytes: 2 ** 30,
  isLocked: false,
  imageId
})

/** Shared with nobody. */
export const PRIVATE: ImageDetails = {
  launchPermissions: { value: [] },
  usage: { value: { kind: 'none' } },
  namedBy: { value: [] }
}

/** Shared with another account; `usage` is what EC2 reports of it. */
export const shared = (usage: ImageDetails['usage']): ImageDetails => ({
  launchPermissions: { value: [{ UserId: '444455556666' }] },
  usage,
  namedBy: { value: [] }
})

/** The Recycle Bin keeps all for two weeks. */
export const BIN: PlaceFacts['bin'] = {
  value: (['EC2_IMAGE', 'EBS_SNAPSHOT'] as const).map(resourceType => ({
    id: resourceType,
    resourceType,
    retentionDays: 14,
    isAvailable: true,
    tags: [],
    excludedTags: []
  }))
}

/** A place where everything is known, and something else is in use. */
export function place(images: readonly ImageFacts[], more: Partial<PlaceFacts> = {}): PlaceFacts {
  return {
    place: HOME,
    account: OWNER,
    region: HOME,
    images: { value: images },
    sources: [{ name: 'instances', uses: [{ imageId: 'ami-other', by: 'the instance i-other' }] }],
    snapshots: { value: images.map(snapshotOf) },
    usedSnapshots: { value: new Set() },
    bin: BIN,
    recycled: { value: new Set() },
    machines: { value: [] },
    details: new Map(images.map(({ imageId }) => [imageId, PRIVATE])),
    ...more
  }
}
