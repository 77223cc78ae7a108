import type { Image } from '@aws-sdk/client-ec2'
import { AmiError } from '../../../errors.ts'
import { formatDuration } from '../../../image/duration.ts'
import { toFamilyImage } from '../../../image/family-image.ts'
import type { Base, Recipe } from '../../../recipe/recipe.ts'
import type { ContentFacts } from '../observe/facts.ts'

export type BaseImage = Image & { ImageId: string }

/**
 * The image that a bake starts from. A pattern means the newest of its matches; a name without wildcards means one
 * image, so two of that name (EC2 keeps names unique per owner only) are refused, and so are matches of several
 * architectures. Errors: BASE.
 */
export function chooseBase(recipe: Recipe, { bases, region, now }: ContentFacts): BaseImage {
  const { base } = recipe
  const newestFirst = [...bases].sort((a, b) => (b.CreationDate ?? '').localeCompare(a.CreationDate ?? ''))
  const [image] = newestFirst
  if (!image?.ImageId)
    throw new AmiError(
      'BASE',
      `Expected a base image, found none: ${say(base)} matches no image in ${region} that this account may use`,
      { at: base.place }
    )
  if (base.kind === 'filter') refuseAmbiguous(base, newestFirst)
  refuseUnusable(image, base)
  refuseStale(image, base, now)
  return { ...image, ImageId: image.ImageId }
}

function refuseStale(image: Image, base: Base, now: Date): void {
  const stale = findStale(image, base, now)
  if (!stale || !('stale' in base) || base.stale === 'warn') return
  const hint = 'Take a newer base, or say `base: { stale: warn }`.'
  throw new AmiError('BASE', `Expected a fresh base, found ${image.ImageId} (${image.Name}), ${stale}`, {
    at: base.place,
    hint
  })
}

/** Whether instances of an image run Windows. */
export const isWindows = ({ Platform: platform }: Image): boolean => platform?.toLowerCase() === 'windows'

/** Why a base should no longer be built upon; undefined where nothing speaks against it. */
export function findStale(image: Image, base: Base, now: Date): string | undefined {
  const { DeprecationTime: deprecation, CreationDate: creation = '' } = image
  if (deprecation && new Date(deprecation) <= now) return `which was deprecated on ${deprecation.slice(0, 10)}`
  const { validUntil } = toFamilyImage(image)
  if (validUntil && validUntil <= now) return `which was valid until ${validUntil.toISOString().slice(0, 10)}`
  const maxAgeSeconds = 'maxAgeSeconds' in base ? base.maxAgeSeconds : undefined
  const ageSeconds = (now.getTime() - Date.parse(creation)) / 1000
  if (maxAgeSeconds === undefined || ageSeconds <= maxAgeSeconds) return undefined
  return `which is ${formatDuration(ageSeconds)} old, more than max-age (${formatDuration(maxAgeSeconds)})`
}

function refuseAmbiguous(base: Extract<Base, { kind: 'filter' }>, matches: readonly Image[]): void {
  const architectures = new Set(matches.map(image => image.Architecture))
  if (architectures.size > 1) {
    const hint = 'Add `architecture: x86_64` or `architecture: arm64` to the base.'
    throw new AmiError(
      'BASE',
      `Expected one base, found images of ${[...architectures].join(' and ')}: ${list(matches)}`,
      { hint, at: base.place }
    )
  }
  if (!/[*?]/.test(base.name) && matches.length > 1) {
    const hint = 'Name one owner, or take the base by id.'
    throw new AmiError('BASE', `Expected one base named ${base.name}, found ${matches.length}: ${list(matches)}`, {
      hint,
      at: base.place
    })
  }
}

function refuseUnusable(image: Image, base: Base): void {
  const problem = unusable(image)
  if (problem)
    throw new AmiError('BASE', `Expected a base backed by EBS, found ${image.ImageId} (${image.Name}): ${problem}`, {
      at: base.place
    })
}

function unusable({ State, RootDeviceType }: Image): string | undefined {
  if (State !== 'available') return `its state is ${State}`
  return RootDeviceType === 'ebs' ? undefined : `its root device is ${RootDeviceType}`
}

function say(base: Base): string {
  switch (base.kind) {
    case 'ssm':
      return `the SSM parameter ${base.parameter}`
    case 'filter':
      return `the name ${base.name} of owner ${base.owners.join(', ')}`
    case 'id':
    case 'instance':
    case 'snapshot':
      return base.id
  }
}

const list = (images: readonly Image[]): string =>
  images
    .slice(0, 4)
    .map(image => `${image.ImageId} (${image.Name}, owner ${image.OwnerId}, ${image.Architecture})`)
    .join(', ')
