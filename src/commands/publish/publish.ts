import { Aws } from '../../aws/aws.ts'
import { AmiError, throwProblems } from '../../errors.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import type { Command, Outcome, Run } from '../../run.ts'
import { failuresAt, sayPlace } from '../place.ts'
import { requireRecipe } from '../require-recipe.ts'
import { sayStep } from '../steps/say-step.ts'
import { checkPlace, type PublishRules } from './check-place.ts'
import { type Observed, observePlaces } from './observe.ts'
import { describeOutcome } from './outcome.ts'
import { listPlaces } from './places.ts'
import { type PlacePlan, planPlace } from './plan.ts'
import { release } from './release.ts'
import { chooseRing, type Ring } from './ring.ts'
import type { PlaceResult, PublishStory } from './story.ts'

/** Makes an image the one that new instances are launched from, everywhere or nowhere. */
export const publish: Command = {
  name: 'publish',
  describe: 'makes an image the one that new instances are launched from',
  run: runPublish
}

async function runPublish(run: Run): Promise<Outcome> {
  const story: PublishStory = { run, plans: [], results: [] }
  try {
    await publishAll(Aws.open(run), story)
    return describeOutcome(story)
  } catch (error) {
    return describeOutcome(story, error)
  }
}

async function publishAll(aws: Aws, story: PublishStory): Promise<void> {
  const { run } = aws
  const { inputs } = run
  const recipe = requireRecipe(run, 'It says where images are published, and to whom.')
  const ring = chooseRing(recipe, inputs.ring)
  if (ring) story.ring = ring
  const observed = await observePlaces(aws, recipe, listPlaces(inputs, recipe))
  checkGroups(recipe, observed)
  const rules = { now: aws.now(), force: inputs.force }
  const planned = observed.map(each => planOne(each, recipe, ring, rules))
  story.plans = planned.flatMap(each => ('imageId' in each ? [each] : []))
  story.results = planned.flatMap(each => ('ending' in each ? [each] : []))
  const isBlocked = inputs.onRegionFailure === 'revert' || story.plans.length === 0
  if (isBlocked) throwProblems(errorsOf(story.results))
  await run.log.group('Plan: publish', async () => story.plans.flatMap(describePlan).forEach(run.log.info))
  if (!inputs.dryRun) story.results = [...story.results, ...(await release(aws, story.plans, inputs.onRegionFailure))]
  aws.signal.throwIfAborted()
  throwProblems(errorsOf(story.results))
}

function checkGroups({ publish: { instanceRefresh } }: Recipe, observed: readonly Observed[]): void {
  const found = observed.flatMap(each => ('facts' in each ? each.facts.groups : []))
  const missing = instanceRefresh.filter(name => !found.some(group => group.AutoScalingGroupName === name))
  const isKnown = observed.every(each => 'facts' in each)
  if (missing.length === 0 || !isKnown) return
  throw new AmiError(
    'INPUT',
    `Expected Auto Scaling groups for an instance refresh, found none named ${missing.join(', ')}`
  )
}

function planOne(
  observed: Observed,
  recipe: Recipe,
  ring: Ring | undefined,
  rules: PublishRules
): PlacePlan | PlaceResult {
  const { place } = observed
  if ('error' in observed) return { place, ending: 'failed', error: observed.error }
  try {
    throwProblems(checkPlace(observed.facts, recipe, rules))
    return planPlace(observed.facts, recipe, ring, rules)
  } catch (error) {
    return { place, ending: 'failed', error }
  }
}

function describePlan({ place, ...plan }: PlacePlan): string[] {
  const steps = [...plan.prepare, ...plan.switch, ...plan.finish]
  const lines = steps.length > 0 ? steps.map(sayStep) : [`${plan.imageId} is published already`]
  return lines.map(line => `${sayPlace(place)}: ${line}`)
}

const errorsOf = (results: readonly PlaceResult[]): AmiError[] =>
  results.flatMap(({ place, error }) => (error === undefined ? [] : failuresAt(place, error)))
