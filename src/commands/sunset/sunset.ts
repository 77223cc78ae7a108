import { Aws } from '../../aws/aws.ts'
import { AmiError, throwProblems } from '../../errors.ts'
import { SUNSET } from '../../recipe/defaults.ts'
import { loadRecipe } from '../../recipe/load.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import type { Command, Inputs, Outcome, Run } from '../../run.ts'
import { applyPlan } from './apply/apply.ts'
import { Kept } from './apply/carry-out.ts'
import { undo } from './apply/undo.ts'
import { describePlan } from './describe-plan.ts'
import { examine } from './observe/examine.ts'
import { observePlace, type Place } from './observe/observe.ts'
import { describeOutcome } from './outcome.ts'
import type { SunsetPlan } from './plan/plan.ts'
import type { Policy } from './policy.ts'
import type { SunsetStory } from './story.ts'

/** Retires images of a family that are past their time and that nothing uses, one stage at a time. */
export const sunset: Command = { name: 'sunset', describe: 'retires images that nothing uses any more', run: runSunset }

async function runSunset(run: Run): Promise<Outcome> {
  const story: SunsetStory = { run }
  try {
    const aws = Aws.open(run)
    if (run.inputs.undo) await undoOne(aws, run.inputs.undo, story)
    else await retireAll(aws, story)
    return describeOutcome(story)
  } catch (error) {
    return describeOutcome(story, error)
  }
}

async function retireAll(aws: Aws, story: SunsetStory): Promise<void> {
  const { run } = aws
  const recipe = loadRecipe(run)
  const policy: Policy = { ...recipe.sunset, family: recipe.family, validForSeconds: recipe.validForSeconds }
  story.policy = policy
  const places = await Promise.all(placesOf(run.inputs, recipe).map(place => observePlace(aws, place, policy)))
  const { facts, plan } = await examine(aws, { now: aws.now(), places }, policy)
  story.facts = facts
  story.plan = plan
  await run.log.group(`Plan: sunset of the family ${policy.family}`, async () =>
    describePlan(plan).forEach(run.log.info)
  )
  if (!run.inputs.dryRun) {
    story.applied = { results: [], errors: [] }
    await applyPlan(aws, plan, story.applied)
  }
  throwProblems([...problemsOf(plan), ...failuresOf(story)])
}

/** The home region counts, whether the recipe lists it or not: there the images are baked. */
function placesOf({ awsRegion, regions, accounts }: Inputs, recipe: Recipe): Place[] {
  const asked = regions.length > 0 ? regions : [awsRegion, ...Object.keys(recipe.regions)]
  const all = [...new Set(asked)].map(region => ({ region }))
  return accounts.length === 0 ? all : accounts.flatMap(account => all.map(({ region }) => ({ region, account })))
}

/** What is not known or not believed, and what nobody replaces in time, fails the run: somebody has to look. */
function problemsOf({ stops, lines }: SunsetPlan): AmiError[] {
  const overdue = lines.flatMap(({ place, frozen, isOverdue }) =>
    isOverdue && frozen
      ? [
          new AmiError('EC2', `${place}: Expected a published image that is valid, found that ${frozen}`, {
            hint: 'Bake, verify and publish a new one: until then nothing of the family is retired here.'
          })
        ]
      : []
  )
  const stopped = stops.map(({ place, error }) => new AmiError(error.code, `${place}: ${error.message}`, error))
  return [...stopped, ...overdue]
}

function failuresOf({ applied }: SunsetStory): AmiError[] {
  const failed = (applied?.results ?? []).flatMap(({ decision, error }) =>
    error === undefined || error instanceof Kept ? [] : [{ place: decision.subject.place.place, error }]
  )
  const all = [...failed, ...(applied?.errors ?? []).map(error => ({ place: 'Leftovers', error }))]
  return all.map(({ place, error }) => {
    if (!(error instanceof AmiError)) throw error
    return new AmiError(error.code, `${place}: ${error.message}`, error)
  })
}

async function undoOne(aws: Aws, imageId: string, story: SunsetStory): Promise<void> {
  const { awsRegion, recipe, accounts } = aws.run.inputs
  const { disableAfterSeconds } = recipe ? loadRecipe(aws.run).sunset : SUNSET
  const [account, ...others] = accounts
  if (others.length > 0) {
    const sentence = `Input accounts: expected the one account that owns ${imageId}, found ${accounts.length}`
    throw new AmiError('INPUT', sentence)
  }
  const member = aws.as(account)
  const plan = await undo(member, member.in(awsRegion), imageId, disableAfterSeconds)
  story.undone = { region: awsRegion, plan }
  for (const step of plan.steps) aws.run.log.info(`${imageId}: ${step}`)
}
