const DAY_MS = 86_400_000
/** One moment for all that a process makes: copies of an image were baked at the same time as it. */
const NOW = Date.now()

/** An id that is easy to read and that no other account has. */
export const idOf = (account, number) => `ami-${account}${String(number).padStart(5, '0')}`

/** An image of the family web as a bake and a verification leave it; `tags` are more, without their prefix. */
export function imageOf({ id, name = `web-${id.slice(-5)}`, daysAgo = 10, tags = {}, sizes = [8], ...seed }) {
  const bakedAt = new Date(NOW - daysAgo * DAY_MS).toISOString()
  const own = {
    managed: 'true',
    self: id,
    family: 'web',
    channel: 'release',
    digest: `digest-${id.slice(-5)}`,
    'baked-at': bakedAt,
    'valid-until': new Date(NOW + (60 - daysAgo) * DAY_MS).toISOString(),
    verified: `passed ${bakedAt}`,
    ...tags
  }
  const { Image, ...rest } = seed
  return {
    ageDays: daysAgo,
    volumeSizes: sizes,
    tags: Object.fromEntries(Object.entries(own).map(([key, value]) => [`ami-action:${key}`, value])),
    snapshotTags: { 'ami-action:managed': 'true', 'ami-action:family': 'web' },
    ...rest,
    Image: { Name: name, ImageId: id, ...Image }
  }
}

export const BASE = '{ ssm: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64 }'
export const agoISO = days => new Date(NOW - days * DAY_MS).toISOString()
