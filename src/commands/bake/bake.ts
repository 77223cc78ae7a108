import { randomBytes } from 'node:crypto'
import { Aws } from '../../aws/aws.ts'
import { provisioningUserData, waitingUserData } from '../../guest/user-data.ts'
import { loadRecipe } from '../../recipe/load.ts'
import type { Recipe, ScriptStep } from '../../recipe/recipe.ts'
import type { Command, Outcome, Run } from '../../run.ts'
import { Builder } from './builder.ts'
import { describePlan } from './describe-plan.ts'
import type { ContentFacts } from './facts.ts'
import { isDue } from './is-due.ts'
import { NewImage } from './new-image.ts'
import { observeBuild, observeContent } from './observe.ts'
import { describeOutcome } from './outcome.ts'
import { type BakePlan, planBake } from './plan.ts'
import { checkNames } from './preflight.ts'
import { SsmProvisioner } from './provision-ssm.ts'
import { awaitSelfProvisioning } from './provision-user-data.ts'
import { ignoredKeys, refuseUnsupported } from './refuse-unsupported.ts'
import { Stages } from './stages.ts'
import type { Baked, Reused } from './story.ts'

/** Makes an image from a recipe. */
export const bake: Command = { name: 'bake', describe: 'makes an image from a recipe', run: runBake }

/** What a bake has come to so far; the outcome tells of it, also after a failure. */
interface Progress {
  readonly run: Run
  readonly stages: Stages
  recipe?: Recipe
  reused?: Reused
  plan?: BakePlan
  baked?: Baked
}

async function runBake(run: Run): Promise<Outcome> {
  const progress: Progress = { run, stages: new Stages() }
  try {
    const aws = Aws.open(run)
    const due = await progress.stages.time('plan', () => prepare(aws, progress))
    if (due && !run.inputs.dryRun) progress.baked = await apply(aws, due.recipe, due.plan, progress.stages)
    return describeOutcome(progress)
  } catch (error) {
    return describeOutcome(progress, error)
  }
}

/** Decides what to do. Result: undefined where nothing is due. */
async function prepare(aws: Aws, progress: Progress): Promise<{ recipe: Recipe; plan: BakePlan } | undefined> {
  const { run } = aws
  const recipe = loadRecipe(run)
  progress.recipe = recipe
  refuseUnsupported(recipe, run.inputs)
  const ignored = ignoredKeys(recipe)
  if (ignored.length > 0) run.log.notice(`This version of bake does not act on ${ignored.join(', ')} of the recipe`)
  const content = await observeContent(aws, recipe)
  const verdict = await isDue(aws, recipe, content)
  if ('image' in verdict) {
    progress.reused = verdict
    run.log.info(`Nothing is due: ${verdict.reason}`)
    for (const warning of verdict.warnings) run.log.warning(warning)
    return undefined
  }
  const plan = await planBuild(aws, recipe, content, verdict.reason)
  progress.plan = plan
  run.log.info(`A bake is due: ${plan.reason}`)
  for (const warning of plan.warnings) run.log.warning(warning)
  await run.log.group(`Plan: ${recipe.family} in ${plan.region}`, async () => describePlan(plan).forEach(run.log.info))
  return { recipe, plan }
}

async function planBuild(aws: Aws, recipe: Recipe, content: ContentFacts, reason: string): Promise<BakePlan> {
  const { id, inputs } = aws.run
  const plan = planBake(recipe, await observeBuild(aws, recipe, content), { run: id, ...inputs, reason })
  if (!plan.unfinished) await checkNames(aws, recipe, plan)
  return plan
}

async function apply(aws: Aws, recipe: Recipe, plan: BakePlan, stages: Stages): Promise<Baked> {
  const { run } = aws
  run.save({ version: 1, run: run.id, regions: [plan.region], accounts: [], onCancel: run.inputs.onCancel })
  await using image = new NewImage(aws, plan)
  await using builder = new Builder(aws, plan)
  if (plan.unfinished) {
    await builder.makeWay()
    await image.takeUp(plan.unfinished.imageId)
  } else {
    await provision(aws, recipe, plan, builder, stages)
    await image.create(builder.instanceId)
  }
  const available = await stages.time('image', () => image.awaitAvailable(run.inputs.timeoutSeconds))
  const snapshots = await image.finish(available, plan.unfinished ? undefined : stages.seconds)
  run.log.info(`Baked ${image.imageId} (${available.Name}), valid until ${plan.validUntil.toISOString()}`)
  return { image: available, snapshots }
}

async function provision(aws: Aws, recipe: Recipe, plan: BakePlan, builder: Builder, stages: Stages): Promise<void> {
  const nonce = randomBytes(6).toString('hex')
  const steps = recipe.provision.steps as readonly ScriptStep[]
  const deadlineSeconds = Math.round((plan.deadline.getTime() - aws.now().getTime()) / 1000)
  if (recipe.provision.via === 'user-data') {
    const userData = provisioningUserData(steps, nonce, deadlineSeconds)
    await stages.time('launch', () => builder.launch(recipe, userData))
    await stages.time('provision', () => awaitSelfProvisioning(aws, plan.region, builder, steps, nonce))
    return
  }
  await stages.time('launch', () => builder.launch(recipe, waitingUserData(deadlineSeconds)))
  const provisioner = new SsmProvisioner(aws, plan.region, builder.instanceId, nonce)
  await stages.time('provision', () => provisioner.provision(steps))
  await stages.time('seal', () => provisioner.seal())
  await stages.time('stop', () => builder.stop())
}
