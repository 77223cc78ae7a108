import type { Image, RegisterImageRequest } from '@aws-sdk/client-ec2'
import { AmiError, throwProblems } from '../../errors.ts'
import { TAGS } from '../../image/tags.ts'
import type { ImageOrder } from '../new-image.ts'
import { type Place, sayPlace } from '../place.ts'
import { checkSource } from './check-source.ts'
import type { Source, Target } from './facts.ts'
import { findCopies } from './find-copies.ts'
import { askedKey, type CopyOrder, namesOf } from './order.ts'
import { planVolumes, type VolumePlan } from './plan-volumes.ts'

/** What is done at one place. */
export interface TargetPlan extends ImageOrder {
  readonly place: Place
  readonly volumes: readonly VolumePlan[]
  readonly action: Action
  /** What should be known of it. */
  readonly notes: readonly string[]
  /** Copies that failed, of ours: they are in the way. */
  readonly discard: readonly Image[]
}

export type Action =
  /** The image is there, as it was asked for. */
  | { readonly kind: 'keep'; readonly imageId: string }
  /** An interrupted run has begun the copy. */
  | { readonly kind: 'finish'; readonly imageId: string }
  /** One CopyImage, straight from the source; without `encrypted` every volume stays as it is. */
  | { readonly kind: 'copy-image'; readonly encrypted: boolean; readonly key?: string }
  /** A CopySnapshot for each volume, and RegisterImage: CopyImage takes one key for all. */
  | { readonly kind: 'copy-snapshots'; readonly mappings: NonNullable<RegisterImageRequest['BlockDeviceMappings']> }

/** Decides what is done at every place; pure. Errors: all that stands in the way, as Problems. */
export function planCopies(order: CopyOrder, source: Source, targets: readonly Target[]): TargetPlan[] {
  const problems = checkSource(order, source)
  throwProblems(problems)
  const plans = targets.flatMap(target => {
    try {
      return [planTarget(order, source, target)]
    } catch (error) {
      if (!(error instanceof AmiError)) throw error
      problems.push(error)
      return []
    }
  })
  throwProblems(problems)
  return plans
}

/** Errors: KEY, NAME. */
export function planTarget(order: CopyOrder, source: Source, target: Target): TargetPlan {
  const { place } = target
  const volumes = planVolumes(order, source, target)
  const { image, region } = source
  const { good, unfinished, failed } = findCopies(source, target, volumes)
  const names = namesOf(order, place, { region, imageId: image.ImageId, name: image.Name ?? image.ImageId })
  const existing = good ?? unfinished
  const action: Action = existing
    ? { kind: good ? 'keep' : 'finish', imageId: existing.ImageId ?? '' }
    : chooseWay(order, source, target, volumes)
  return {
    place,
    region: place.region,
    imageName: existing?.Name ?? freeName(names, target, failed),
    description: image.Description || `A copy of ${image.ImageId} in ${region}`,
    tags: tagsOf(order, source),
    volumes,
    action,
    notes: existing ? [] : noteOn(order, source, target, volumes),
    discard: existing ? [] : failed
  }
}

function freeName(names: readonly string[], { place, images }: Target, discarded: readonly Image[]): string {
  const taken = new Set(images.filter(image => !discarded.includes(image)).map(image => image.Name))
  const free = names.find(name => !taken.has(name))
  if (free) return free
  const hint = 'Remove or rename what has them.'
  const sentence = `Expected a name for the copy that is free in ${sayPlace(place)}, found ${names.join(' and ')} in use`
  throw new AmiError('NAME', sentence, { hint })
}

/** Not of the copy: what tells of the source alone, or of its verification and publication, which the copy has to come to by itself. */
const NOT_COPIED: readonly string[] = [
  TAGS.self,
  TAGS.verified,
  TAGS.published,
  TAGS.ring,
  TAGS.superseded,
  TAGS.rolledBack,
  TAGS.run,
  TAGS.deadline,
  TAGS.hold,
  TAGS.stage,
  TAGS.stageSince,
  TAGS.notBefore,
  TAGS.shared,
  TAGS.bootSeconds
]

/** Whom the source is lent to does not hold for the copy. */
const isCopied = (key: string): boolean =>
  !NOT_COPIED.includes(key) && !key.startsWith(TAGS.lent) && !key.startsWith('aws:')

function tagsOf({ run, tags }: CopyOrder, { image, region }: Source): Record<string, string> {
  const ofSource = (image.Tags ?? [])
    .filter(({ Key: key = '' }) => isCopied(key))
    .map(({ Key = '', Value = '' }) => [Key, Value])
  return {
    ...Object.fromEntries(ofSource),
    ...tags,
    [TAGS.managed]: 'true',
    [TAGS.run]: run,
    [TAGS.copiedFrom]: `${region}/${image.ImageId}`
  }
}

function chooseWay(order: CopyOrder, { image }: Source, target: Target, volumes: readonly VolumePlan[]): Action {
  // Another account can't keep the owner's keys: EC2 has to be told the new one.
  const isForeign = target.place.account !== undefined && volumes.some(({ from }) => from)
  const isAsked = order.kind === 'encrypt' || volumes.some(({ device }) => askedKey(order, target.place, device))
  if (!isAsked && !isForeign) return { kind: 'copy-image', encrypted: false }
  const [key, ...others] = new Set(volumes.map(({ to }) => to))
  if (others.length === 0) return { kind: 'copy-image', encrypted: key !== undefined, ...(key && { key }) }
  return { kind: 'copy-snapshots', mappings: image.BlockDeviceMappings ?? [] }
}

/** What becomes of volumes for which nothing was asked. */
function noteOn(
  order: CopyOrder,
  { isOwn }: Source,
  { place, byDefault }: Target,
  volumes: readonly VolumePlan[]
): string[] {
  const silent = volumes.filter(({ device }) => order.kind === 'copy' && !askedKey(order, place, device))
  const encrypted = silent.filter(({ from, to }) => !from && to).map(({ device }) => device)
  const open = silent.filter(({ to }) => !to).map(({ device }) => device)
  const anew = isOwn ? [] : volumes.filter(({ from }) => from).map(({ device }) => device)
  return [
    ...(encrypted.length > 0
      ? [`encryption by default is on: ${encrypted.join(', ')} will be encrypted with ${byDefault.key}`]
      : []),
    ...(open.length > 0
      ? [`${open.join(', ')} will not be encrypted: no key is asked for, and encryption by default is off`]
      : []),
    ...(anew.length > 0 ? [`${anew.join(', ')}: encrypted with a key of the owner, will be encrypted anew`] : [])
  ]
}
