import type { Image } from '@aws-sdk/client-ec2'
import { AmiError } from '../../errors.ts'
import { isPublished, isSameBake, toFamilyImage } from '../../image/family-image.ts'
import { TAGS } from '../../image/tags.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import type { Place } from '../place.ts'
import { planParameter } from '../steps/plan-parameter.ts'
import { planTemplate } from '../steps/plan-template.ts'
import type { ImageStep, ParameterStep, Step } from '../steps/step.ts'
import { wantedPermissions } from '../wanted-permissions.ts'
import { type Choice, launchedImage } from './choose.ts'
import type { PlaceFacts } from './facts.ts'

/** What is done at one place. */
export interface PlacePlan {
  readonly place: Place
  /** What instances were launched from. */
  readonly from?: string
  readonly to: string
  /** First everywhere: the bad image is marked, so that an interrupted rollback is taken up. */
  readonly mark: readonly Step[]
  readonly steps: readonly Step[]
  readonly notes: readonly string[]
}

export interface RollbackRules {
  readonly now: Date
  /** Who goes back, and why. */
  readonly hold: string
}

/** Decides what is done at a place; pure. Errors: INPUT where the place has no image to go back to. */
export function planPlace(facts: PlaceFacts, choice: Choice, recipe: Recipe, rules: RollbackRules): PlacePlan {
  const { place, family, isOwn } = facts
  const target = family
    .filter(image => isUsable(image) && isSameBake(image, choice.target))
    .sort(byCreation)
    .at(-1)
  if (!target?.ImageId) {
    const { imageId, name } = toFamilyImage(choice.target)
    const hint = 'Run `copy` with it, then `rollback` again.'
    throw new AmiError('INPUT', `Expected ${imageId} (${name}) or a copy of it to go back to, found none`, { hint })
  }
  const bad = findBad(facts, choice, target)
  const own = isOwn ? planImages(target, bad, recipe, rules, place) : { mark: [], before: [], after: [] }
  return {
    place,
    ...(bad?.ImageId && { from: bad.ImageId }),
    to: target.ImageId,
    mark: own.mark,
    steps: [...own.before, ...planPointers(facts, target.ImageId, recipe), ...own.after],
    notes: noteOn(target, rules.now)
  }
}

/** What the place is launched from; where that is the target already, what an interrupted rollback has left as published. */
function findBad(facts: PlaceFacts, { bad }: Choice, target: Image): Image | undefined {
  const launched = launchedImage(facts)
  if (launched && !isSameBake(launched, target)) return launched
  return facts.family.find(image => isPublished(image) && isSameBake(image, bad))
}

function planImages(
  target: Image,
  bad: Image | undefined,
  recipe: Recipe,
  { now, hold }: RollbackRules,
  place: Place
): { mark: ImageStep[]; before: ImageStep[]; after: ImageStep[] } {
  const { imageId, state, tags } = toFamilyImage(target)
  const wanted = wantedPermissions(recipe, { place, image: target })
  const gone = [TAGS.superseded, TAGS.rolledBack, TAGS.stage, TAGS.stageSince].filter(key => tags[key] !== undefined)
  const badId = bad?.ImageId
  return {
    mark:
      badId && !bad.Tags?.some(({ Key }) => Key === TAGS.rolledBack) ? [tag(badId, { [TAGS.rolledBack]: hold })] : [],
    before: [
      ...(state === 'disabled' ? [{ kind: 'enable' as const, imageId }] : []),
      ...(target.DeprecationTime ? [{ kind: 'cancel-deprecation' as const, imageId }] : []),
      // Disabling has dropped whom it was shared with.
      ...(state === 'disabled' && wanted.length > 0 ? [{ kind: 'share' as const, imageId, permissions: wanted }] : [])
    ],
    after: [
      ...(gone.length > 0 ? [{ kind: 'untag' as const, imageId, keys: gone }] : []),
      ...(isPublished(target) ? [] : [tag(imageId, { [TAGS.published]: now.toISOString() })]),
      ...(badId ? [tag(badId, { [TAGS.superseded]: now.toISOString() })] : [])
    ]
  }
}

const tag = (imageId: string, tags: Readonly<Record<string, string>>): ImageStep => ({ kind: 'tag', imageId, tags })

function planPointers({ parameter, template }: PlaceFacts, imageId: string, { publish }: Recipe): Step[] {
  const value = parameter ? planParameter({ imageId }, parameter).steps : []
  const labels = parameter && value.length > 0 ? planLabels(parameter, publish.rings) : []
  const launched = template && planTemplate({ imageId }, template)
  return [...value, ...labels, ...(launched?.steps ?? [])]
}

/** Every ring that had the last value goes back with it; those that never got it stay. */
function planLabels(
  { name, versions }: NonNullable<PlaceFacts['parameter']>,
  rings: readonly string[]
): ParameterStep[] {
  const current = versions.at(-1)?.value
  const moved = versions.filter(({ value }) => value === current).flatMap(({ labels }) => labels)
  return rings
    .filter(ring => moved.includes(ring))
    .map(ring => ({ kind: 'label', name, label: ring, version: 'added' }))
}

function noteOn(target: Image, now: Date): string[] {
  const { imageId, validUntil } = toFamilyImage(target)
  return validUntil && validUntil <= now
    ? [`${imageId} was valid until ${validUntil.toISOString().slice(0, 10)}: bake a new image soon`]
    : []
}

const isUsable = (image: Image): boolean => {
  const { isFinished, state } = toFamilyImage(image)
  return isFinished && (state === 'available' || state === 'disabled')
}

const byCreation = (one: Image, other: Image): number =>
  (one.CreationDate ?? '').localeCompare(other.CreationDate ?? '')
