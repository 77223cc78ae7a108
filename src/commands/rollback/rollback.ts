import { Aws } from '../../aws/aws.ts'
import { throwProblems } from '../../errors.ts'
import { toTagValue } from '../../image/tags.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import type { Command, Outcome, Run } from '../../run.ts'
import { failuresAt, sayPlace } from '../place.ts'
import { listPlaces } from '../publish/places.ts'
import { requireRecipe } from '../require-recipe.ts'
import { sayStep } from '../steps/say-step.ts'
import { takeSteps } from '../steps/take-steps.ts'
import { type Choice, chooseTarget } from './choose.ts'
import type { Observed } from './facts.ts'
import { findLeftBehind } from './left-behind.ts'
import { observePlaces } from './observe.ts'
import { describeOutcome } from './outcome.ts'
import { type PlacePlan, planPlace, type RollbackRules } from './plan.ts'
import type { PlaceResult, RollbackStory } from './story.ts'

/** Makes the previous good image the one that new instances are launched from, everywhere. */
export const rollback: Command = {
  name: 'rollback',
  describe: 'goes back to the previous good image',
  run: runRollback
}

async function runRollback(run: Run): Promise<Outcome> {
  const story: RollbackStory = { run, plans: [], results: [] }
  try {
    await rollBack(Aws.open(run), story)
    return describeOutcome(story)
  } catch (error) {
    return describeOutcome(story, error)
  }
}

/** Goes on past a place that fails: what can be brought back is brought back. */
async function rollBack(aws: Aws, story: RollbackStory): Promise<void> {
  const { run } = aws
  const { inputs } = run
  const recipe = requireRecipe(run, 'It says where images are published.')
  const observed = await observePlaces(aws, recipe, listPlaces(inputs, recipe))
  const choice = choose(aws, recipe, observed)
  story.choice = choice
  const rules = { now: aws.now(), hold: sayHold(aws) }
  const planned = observed.map(each => planOne(each, choice, recipe, rules))
  story.plans = planned.flatMap(each => ('to' in each ? [each] : []))
  const unplanned = planned.flatMap(each => ('to' in each ? [] : [each]))
  story.results = unplanned
  await run.log.group('Plan: rollback', async () => story.plans.flatMap(describePlan).forEach(run.log.info))
  if (!inputs.dryRun) story.results = [...unplanned, ...(await goBack(aws, story.plans, recipe))]
  aws.signal.throwIfAborted()
  for (const { place, leftBehind } of story.results)
    for (const sentence of leftBehind) run.log.warning(`${sayPlace(place)}: ${sentence}`)
  throwProblems(story.results.flatMap(({ place, error }) => (error === undefined ? [] : failuresAt(place, error))))
}

function choose(aws: Aws, recipe: Recipe, observed: readonly Observed[]): Choice {
  const { imageId, images, awsRegion, force } = aws.run.inputs
  const known = observed.flatMap(each => ('facts' in each ? [each.facts] : []))
  if (known.length === 0)
    throwProblems(observed.flatMap(each => ('error' in each ? failuresAt(each.place, each.error) : [])))
  const asked = imageId ?? images[awsRegion]
  return chooseTarget(known, { family: recipe.family, force, ...(asked && { imageId: asked }) })
}

/** When, who, and why; the image and all who look at it are told. */
function sayHold(aws: Aws): string {
  const { actor = 'somebody', inputs } = aws.run
  return toTagValue(`${aws.now().toISOString()} ${actor}${inputs.reason ? `: ${inputs.reason}` : ''}`)
}

function planOne(observed: Observed, choice: Choice, recipe: Recipe, rules: RollbackRules): PlacePlan | PlaceResult {
  const { place } = observed
  try {
    if ('error' in observed) throw observed.error
    return planPlace(observed.facts, choice, recipe, rules)
  } catch (error) {
    return { place, error, leftBehind: [] }
  }
}

/** Marks the bad image everywhere before anything is switched: an interrupted rollback is known by it. */
async function goBack(aws: Aws, plans: readonly PlacePlan[], recipe: Recipe): Promise<PlaceResult[]> {
  const marked = await Promise.all(plans.map(plan => take(aws, plan, plan.mark)))
  return Promise.all(
    plans.map(async (plan, i) => {
      const { place } = plan
      const error = (await take(aws, plan, plan.steps)) ?? marked[i]
      const leftBehind = error === undefined ? await findLeftBehind(aws, plan, recipe.publish.launchTemplate) : []
      return { place, plan, leftBehind, ...(error !== undefined && { error }) }
    })
  )
}

/** Result: the error; undefined where there is none. */
async function take(aws: Aws, { place }: PlacePlan, steps: PlacePlan['steps']): Promise<unknown> {
  try {
    const here = { name: sayPlace(place), region: place.region, handed: {} }
    await takeSteps(aws.as(place.account), here, steps)
    return undefined
  } catch (error) {
    return error
  }
}

function describePlan({ place, mark, steps, to, notes }: PlacePlan): string[] {
  const all = [...mark, ...steps]
  const lines = all.length > 0 ? all.map(sayStep) : [`${to} is launched already`]
  return [...lines, ...notes].map(line => `${sayPlace(place)}: ${line}`)
}
