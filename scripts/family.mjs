// A family of images as bakes, verifications and publications leave it, for what is run by hand.
const DAY_MS = 86_400_000

const ago = (now, days) => new Date(now - days * DAY_MS).toISOString()

/** What `POST /_sandbox/seed` takes for one image of the family `web`, baked so many days before `now`. */
export function seedOf({ id, now, bakedDaysAgo, deprecatedDaysAgo, isPublished = false, volumeSizes = [8] }) {
  const deprecated = deprecatedDaysAgo === undefined ? undefined : ago(now, deprecatedDaysAgo)
  return {
    ageDays: bakedDaysAgo,
    volumeSizes,
    snapshotTags: { 'ami-action:managed': 'true', 'ami-action:family': 'web' },
    tags: {
      'ami-action:managed': 'true',
      'ami-action:self': id,
      'ami-action:family': 'web',
      'ami-action:channel': 'release',
      'ami-action:baked-at': ago(now, bakedDaysAgo),
      'ami-action:valid-until': ago(now, bakedDaysAgo - 60),
      'ami-action:verified': `passed ${ago(now, bakedDaysAgo)}`,
      ...(isPublished && { 'ami-action:published': ago(now, bakedDaysAgo) }),
      ...(deprecated && { 'ami-action:stage': 'deprecated', 'ami-action:stage-since': deprecated })
    },
    Image: { Name: `web-${id}`, ImageId: id, ...(deprecated && { DeprecationTime: deprecated }) }
  }
}

/** The id of the nth image. */
export const idOf = number => `ami-${String(number).padStart(17, '0')}`

/** A recipe of the family, with this policy. */
export const recipeOf = sunset => `family: web
strategy: partial
base: { ssm: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64 }
builder: { instance-types: [t3.small] }
sunset: ${sunset}
`

/** Asks the sandbox for what tests and tools may. Errors: Error where it refuses. */
export async function post(url, path, body) {
  const answer = await fetch(`${url}/_sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(await answer.text())
}
