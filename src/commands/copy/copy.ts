import { Aws } from '../../aws/aws.ts'
import { serviceErrorName } from '../../aws/failure.ts'
import { throwProblems } from '../../errors.ts'
import { loadRecipe } from '../../recipe/load.ts'
import type { Command, Outcome, Run } from '../../run.ts'
import { failuresAt, sayPlace } from '../place.ts'
import { deliver } from './deliver.ts'
import { describePlan } from './describe-plan.ts'
import type { Source } from './facts.ts'
import { Lending } from './lending.ts'
import { observeSource } from './observe-source.ts'
import { observeTarget, observeTargets } from './observe-targets.ts'
import { type CopyOrder, toOrder } from './order.ts'
import { describeOutcome } from './outcome.ts'
import { planCopies, planTarget, type TargetPlan } from './plan.ts'
import type { CopyStory, Delivery } from './story.ts'

/** Copies an image to other regions. */
export const copy: Command = {
  name: 'copy',
  describe: 'copies an image to other regions',
  run: run => runCopy(run, 'copy')
}

/** Makes an encrypted copy of an image, in one region or several. */
export const encrypt: Command = {
  name: 'encrypt',
  describe: 'makes encrypted copies of an image',
  run: run => runCopy(run, 'encrypt')
}

async function runCopy(run: Run, kind: CopyOrder['kind']): Promise<Outcome> {
  const story: CopyStory = { run, kind }
  try {
    await copyAll(Aws.open(run), story)
    return describeOutcome(story)
  } catch (error) {
    return describeOutcome(story, error)
  }
}

async function copyAll(aws: Aws, story: CopyStory): Promise<void> {
  const { run, kind } = story
  const recipe = run.inputs.recipe ? loadRecipe(run) : undefined
  const order = toOrder(kind, run.inputs, run.id, recipe)
  const source = await observeSource(aws, recipe)
  story.source = source
  const plans = planCopies(order, source, await observeTargets(aws, order, source))
  story.plans = plans
  await run.log.group(`Plan: ${kind} ${source.image.ImageId} of ${source.region}`, async () =>
    describePlan(source, plans).forEach(run.log.info)
  )
  if (run.inputs.dryRun) return
  await using lending = new Lending(aws, source)
  saveState(run, source, plans)
  await lending.lend(accountsOf(plans.filter(({ action }) => action.kind.startsWith('copy'))))
  story.deliveries = await Promise.all(plans.map(plan => deliverOne(aws, order, source, plan)))
  throwProblems(
    story.deliveries.flatMap(({ plan, error }) => (error === undefined ? [] : failuresAt(plan.place, error)))
  )
  if (accountsOf(plans).length === 0) run.forget() // nothing was lent, and every copy is finished
}

/** The source's region counts, too: what is lent there is taken back. */
function saveState(run: Run, source: Source, plans: readonly TargetPlan[]): void {
  const regions = [...new Set([source.region, ...plans.map(({ region }) => region)])]
  run.save({ version: 1, run: run.id, regions, accounts: accountsOf(plans), onCancel: run.inputs.onCancel })
}

const accountsOf = (plans: readonly TargetPlan[]): string[] => [
  ...new Set(plans.flatMap(({ place: { account } }) => account ?? []))
]

/** Where another run was faster with the same copy, it has the name: that copy is as good. */
async function deliverOrLookAgain(aws: Aws, order: CopyOrder, source: Source, plan: TargetPlan): Promise<string> {
  try {
    return await deliver(aws, order, source, plan)
  } catch (error) {
    if (serviceErrorName(error) !== 'InvalidAMIName.Duplicate') throw error
    aws.run.log.notice(`${sayPlace(plan.place)}: ${plan.imageName} is there meanwhile. Looking again.`)
    const target = await observeTarget(aws, order, source, plan.place)
    return deliver(aws, order, source, planTarget(order, source, target))
  }
}

/** One place's failure is its own. */
async function deliverOne(aws: Aws, order: CopyOrder, source: Source, plan: TargetPlan): Promise<Delivery> {
  try {
    const imageId = await deliverOrLookAgain(aws, order, source, plan)
    aws.run.log.info(`${sayPlace(plan.place)} has ${imageId} (${plan.imageName})`)
    return { plan, imageId }
  } catch (error) {
    return { plan, error }
  }
}
