import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling'
import type { Image } from '@aws-sdk/client-ec2'
import { AmiError } from '../../errors.ts'
import { isPublished, toFamilyImage, wasGood } from '../../image/family-image.ts'
import { TAGS } from '../../image/tags.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import type { Place } from '../place.ts'
import { planParameter } from '../steps/plan-parameter.ts'
import { planTemplate } from '../steps/plan-template.ts'
import type { ImageStep, Step } from '../steps/step.ts'
import { wantedPermissions } from '../wanted-permissions.ts'
import type { PublishRules } from './check-place.ts'
import type { HeadFacts, PlaceFacts } from './facts.ts'
import type { Ring } from './ring.ts'

/** What is done at one place, in three phases: nobody launches the image before all places are prepared. */
export interface PlacePlan {
  readonly place: Place
  readonly imageId: string
  readonly imageName: string
  readonly prepare: readonly Step[]
  /** From here on instances are launched from the image. */
  readonly switch: readonly Step[]
  readonly finish: readonly Step[]
  /** What undoes the first two. */
  readonly back: readonly Step[]
}

/** Decides what is done at a place; pure. Errors: INPUT, KEY, as Problems of the place. */
export function planPlace(facts: PlaceFacts, recipe: Recipe, ring: Ring | undefined, rules: PublishRules): PlacePlan {
  const { place, head, isOwn } = facts
  const { ImageId: imageId } = head.image
  const pointers = planPointers(facts, recipe, ring)
  const sharing = isOwn ? planSharing(head, recipe) : { steps: [], back: [] }
  const isLast = ring?.isLast ?? true
  const isDone = hasRing(head, ring) && pointers.steps.length === 0
  return {
    place,
    imageId,
    imageName: head.image.Name ?? '',
    prepare: sharing.steps,
    switch: pointers.steps,
    finish: [
      ...pointers.steps.flatMap(confirm),
      ...(isOwn ? planNotes(head, recipe, ring, rules) : []),
      ...(isLast ? facts.groups.map(group => ({ kind: 'refresh' as const, group: nameOf(group) })) : [])
    ],
    // What was published before this run stays so, whatever becomes of the other places.
    back: isDone ? [] : [...pointers.back, ...sharing.back]
  }
}

/** Once all places are switched. */
const confirm = (step: Step): Step[] =>
  step.kind === 'set-parameter' ? [{ kind: 'confirm-parameter', name: step.name, imageId: step.to }] : []

/** Whether an earlier run has come to its end with this image: it says so on it. */
const hasRing = ({ image }: HeadFacts, ring: Ring | undefined): boolean =>
  isPublished(image) || (ring !== undefined && toFamilyImage(image).tags[TAGS.ring] === ring.name)

const nameOf = ({ AutoScalingGroupName: name = '' }: AutoScalingGroup): string => name

function planPointers({ head, parameter, template }: PlaceFacts, recipe: Recipe, ring: Ring | undefined) {
  const { ImageId: imageId } = head.image
  const userData = recipe.launchUserData
  const held = parameter && planParameter({ imageId, ...(ring && { ring }) }, parameter)
  const launched = template && planTemplate({ imageId, ...(userData && { userData }) }, template)
  if (!held && !launched) {
    const hint = 'Name in the recipe what instances are launched by: `publish.ssm`, `publish.launch-template`.'
    throw new AmiError('RECIPE', `Expected something to publish to, found nothing`, { hint })
  }
  // The template has one default: it follows the last ring.
  const isDue = ring?.isLast ?? true
  return {
    steps: [...(held?.steps ?? []), ...(isDue ? (launched?.steps ?? []) : [])],
    back: [...(held?.back ?? []), ...(isDue ? (launched?.back ?? []) : [])]
  }
}

function planSharing(head: HeadFacts, recipe: Recipe): { steps: ImageStep[]; back: ImageStep[] } {
  const { image, permissions } = head
  const known = new Set(permissions.map(permission => JSON.stringify(permission)))
  const missing = wantedPermissions(recipe, head).filter(each => !known.has(JSON.stringify(each)))
  if (missing.length === 0) return { steps: [], back: [] }
  const change = { imageId: image.ImageId, permissions: missing }
  return { steps: [{ kind: 'share', ...change }], back: [{ kind: 'unshare', ...change }] }
}

/** Once instances are launched from it: what it replaces gets its date, it and what one could go back to are protected. */
function planNotes(head: HeadFacts, recipe: Recipe, ring: Ring | undefined, { now }: PublishRules): ImageStep[] {
  const { image } = head
  const imageId = image.ImageId
  if (ring && !ring.isLast) return [{ kind: 'tag', imageId, tags: { [TAGS.ring]: ring.name } }]
  const gone = [TAGS.superseded, TAGS.rolledBack, TAGS.ring].filter(key => toFamilyImage(image).tags[key] !== undefined)
  return [
    ...planProtection(head, recipe),
    ...(gone.length > 0 ? [{ kind: 'untag' as const, imageId, keys: gone }] : []),
    ...(isPublished(image) ? [] : [{ kind: 'tag' as const, imageId, tags: { [TAGS.published]: now.toISOString() } }]),
    ...head.family.filter(each => each.ImageId !== imageId && isPublished(each)).flatMap(each => supersede(each, now))
  ]
}

function planProtection({ image, family }: HeadFacts, { sunset }: Recipe): ImageStep[] {
  const previous = family
    .filter(each => each.ImageId !== image.ImageId && each.State === 'available' && wasGood(each))
    .sort((a, b) => bakedAt(b) - bakedAt(a))
    .slice(0, sunset.keep)
  return [image, ...previous]
    .filter(({ DeregistrationProtection: state = 'disabled' }) => state.startsWith('disabled'))
    .map(({ ImageId = '' }) => ({ kind: 'protect', imageId: ImageId }))
}

const SOON_MS = 2 * 60_000

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-deprecate.html */
function supersede(image: Image, now: Date): ImageStep[] {
  const { imageId, validUntil } = toFamilyImage(image)
  const soon = now.getTime() + SOON_MS
  const at = new Date(Math.max(soon, validUntil?.getTime() ?? soon))
  return [
    ...(image.DeprecationTime ? [] : [{ kind: 'deprecate' as const, imageId, at }]),
    { kind: 'tag', imageId, tags: { [TAGS.superseded]: now.toISOString() } }
  ]
}

const bakedAt = (image: Image): number => toFamilyImage(image).bakedAt?.getTime() ?? 0
