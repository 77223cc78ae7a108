/** The tags that make an image ours; EC2 is where the state of all runs is kept. */
export const TAGS = {
  managed: 'ami-action:managed',
  self: 'ami-action:self',
  family: 'ami-action:family',
  channel: 'ami-action:channel',
  digest: 'ami-action:digest',
  /** A short digest of each part of the content, to say what changed. */
  content: 'ami-action:content',
  strategy: 'ami-action:strategy',
  base: 'ami-action:base',
  /** Of a copy, and of its snapshots: `region/id` of what it is a copy of. */
  copiedFrom: 'ami-action:copied-from',
  bakedAt: 'ami-action:baked-at',
  validUntil: 'ami-action:valid-until',
  buildSeconds: 'ami-action:build-seconds',
  bootSeconds: 'ami-action:boot-seconds',
  verified: 'ami-action:verified',
  /** When the image became the one to launch in its region. */
  published: 'ami-action:published',
  /** How far the image has come, while it is not published to every ring. */
  ring: 'ami-action:ring',
  /** When another image took its place. */
  superseded: 'ami-action:superseded',
  /** On an image that somebody went back from: when, who, and why. Its content is not published again. */
  rolledBack: 'ami-action:rolled-back',
  /** An owner's objection: never retired while it is there. Its value says why. */
  hold: 'ami-action:hold',
  /** How far an image is on its way out: what was done, or is about to be. */
  stage: 'ami-action:stage',
  stageSince: 'ami-action:stage-since',
  /** Nothing is retired before: it was brought back. */
  notBefore: 'ami-action:not-before',
  /** On a disabled image: whom it was shared with; `none`, a parameter that tells, or in `shared-1` and so on. */
  shared: 'ami-action:shared',
  /** On the snapshots of an image that is deregistered: which image. */
  imageId: 'ami-action:image-id',
  run: 'ami-action:run',
  deadline: 'ami-action:deadline',
  /** On an image and snapshots that member accounts may copy for now: which run let them in; whom is in `lent-1` and so on. */
  lent: 'ami-action:lent',
  /** On an instance: since when it is known to run from an image that is not approved. */
  unapproved: 'ami-action:unapproved',
  /** On such an instance: when it was stopped for that. */
  stopped: 'ami-action:stopped',
  /** On a snapshot: the instance whose volumes it holds, which was then stopped or terminated, and which run did so. */
  savedFrom: 'ami-action:saved-from',
  /** On an instance of somebody's that a run has stopped: which run, so that it is started again whatever happens. */
  restart: 'ami-action:restart'
} as const

const PREFIX = 'ami-action:'
const MAX_TAGS = 50
const MAX_KEY_LENGTH = 128
const MAX_VALUE_LENGTH = 256

/**
 * What is wrong with one tag of the user's, as part of a sentence; undefined if nothing is.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions
 */
export function findTagProblem(key: string, value: string): string | undefined {
  const [keyLength, valueLength] = [[...key].length, [...value].length]
  if (keyLength === 0 || keyLength > MAX_KEY_LENGTH) {
    return `expected a key of 1 to ${MAX_KEY_LENGTH} characters, found ${keyLength}`
  }
  if (valueLength > MAX_VALUE_LENGTH) {
    return `expected a value of at most ${MAX_VALUE_LENGTH} characters, found ${valueLength}`
  }
  if (/^aws:/i.test(key)) return 'expected a key that does not start with aws:, which AWS keeps for itself'
  if (key.startsWith(PREFIX)) return `expected a key that does not start with ${PREFIX}, which this action writes`
  return undefined
}

/** What an image never has. */
const OF_OTHERS: readonly string[] = [TAGS.imageId, TAGS.unapproved, TAGS.stopped, TAGS.savedFrom, TAGS.restart]
/** Accounts that an image is lent to, or was shared with, take more than one tag. */
const LISTS = 3
const OURS = Object.values(TAGS).filter(tag => !OF_OTHERS.includes(tag)).length + LISTS

/** How many tags the user may give: EC2 allows fifty for a resource, and ours take their share, with room for a few more. */
export const MAX_USER_TAGS = Math.min(20, MAX_TAGS - OURS)

/** Tags as EC2's requests take them. */
export const toTagList = (tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

/** Tags for resources of these types, as EC2's requests that make them take them. */
export const toTagSpecifications = <Type extends string>(
  tags: Readonly<Record<string, string>>,
  ...types: readonly Type[]
): { ResourceType: Type; Tags: { Key: string; Value: string }[] }[] =>
  types.map(ResourceType => ({ ResourceType, Tags: toTagList(tags) }))

/** Text that comes from outside as the value of a tag: characters that some services refuse become spaces. */
export const toTagValue = (text: string): string =>
  [...text.replace(/[^\p{L}\p{N}+\-=._:/@]+/gu, ' ').trim()].slice(0, MAX_VALUE_LENGTH).join('')
