import type { Image } from '@aws-sdk/client-ec2'
import { Aws } from '../../aws/aws.ts'
import { loadRecipe } from '../../recipe/load.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import type { Command, Outcome, Run } from '../../run.ts'
import { awaitRival, RivalBake } from './builder/rival.ts'
import { isDue } from './due/is-due.ts'
import type { PackageStory } from './inventory/story.ts'
import { sayPackages } from './inventory/summarize-packages.ts'
import { observeContent } from './observe/observe.ts'
import { describeOutcome } from './outcome/outcome.ts'
import { Stages } from './outcome/stages.ts'
import type { Reused } from './outcome/story.ts'
import type { BakePlan } from './plan/plan.ts'
import type { ImagePlan } from './plan/plan-image.ts'
import { preflight } from './preflight.ts'
import { refuseUnsupported } from './refuse-unsupported.ts'
import type { BakedImage, BakeTask, Way } from './way.ts'
import { findBackupWay } from './way-backup.ts'
import { findBuildWay } from './way-build.ts'
import { findRegisterWay } from './way-register.ts'

/** Makes an image from a recipe. */
export const bake: Command = { name: 'bake', describe: 'makes an image from a recipe', run: runBake }

/** What a bake has come to so far; the outcome tells of it, also after a failure. */
interface Progress {
  readonly run: Run
  readonly stages: Stages
  recipe?: Recipe
  family?: readonly Image[]
  reused?: Reused
  plan?: ImagePlan | BakePlan
  baked?: BakedImage
  packages?: PackageStory
}

async function runBake(run: Run): Promise<Outcome> {
  const progress: Progress = { run, stages: new Stages() }
  try {
    const aws = Aws.open(run)
    while ((await bakeOnce(aws, progress)) === 'look again');
    return describeOutcome(progress)
  } catch (error) {
    return describeOutcome(progress, error)
  }
}

/** Where another run is baking the same image it is waited for: its image may be as good as one of our own. */
async function bakeOnce(aws: Aws, progress: Progress): Promise<'done' | 'look again'> {
  const { run, stages } = progress
  const way = await stages.time('plan', () => prepare(aws, progress))
  if (!way || run.inputs.dryRun) return 'done'
  run.save({ version: 1, run: run.id, regions: [way.plan.region], accounts: [], onCancel: run.inputs.onCancel })
  try {
    progress.baked = await way.go()
  } catch (error) {
    if (!(error instanceof RivalBake)) throw error
    await stages.time('wait', () => awaitRival(aws, way.plan.region, way.plan, error))
    return 'look again'
  }
  const { ImageId: imageId = '', Name: name = '' } = progress.baked.image
  run.log.info(`Baked ${imageId} (${name}), valid until ${way.plan.validUntil.toISOString()}`)
  const { packages } = progress.baked
  if (packages) {
    const { takeInventory } = await import('./inventory/take-inventory.ts')
    progress.packages = takeInventory(run, { imageId, name }, packages)
    run.log.info(sayPackages(progress.packages))
  }
  return 'done'
}

/** Decides what to do. Result: undefined where nothing is due. */
async function prepare(aws: Aws, progress: Progress): Promise<Way | undefined> {
  const { log } = progress.run
  const recipe = readRecipe(progress)
  const content = await observeContent(aws, recipe)
  progress.family = content.family
  const verdict = await isDue(aws, recipe, content)
  if (verdict.kind === 'reuse') {
    progress.reused = verdict
    log.info(`Nothing is due: ${verdict.reason}`)
    for (const warning of verdict.warnings) log.warning(warning)
    return undefined
  }
  const order = { run: aws.run.id, ...aws.run.inputs, reason: verdict.reason }
  const way = await findWay({ aws, recipe, content, order, stages: progress.stages })
  if (!way.plan.unfinished) await preflight(aws, recipe, way)
  progress.plan = way.plan
  log.info(`A bake is due: ${verdict.reason}`)
  for (const warning of way.plan.warnings) log.warning(warning)
  await log.group(`Plan: ${recipe.family} in ${way.plan.region}`, async () => way.lines.forEach(log.info))
  return way
}

function readRecipe(progress: Progress): Recipe {
  const { run } = progress
  const recipe = loadRecipe(run)
  progress.recipe = recipe
  refuseUnsupported(recipe, run.inputs)
  return recipe
}

function findWay(task: BakeTask): Promise<Way> {
  const { base } = task.recipe
  switch (base.kind) {
    case 'instance':
      return findBackupWay(task, base)
    case 'snapshot':
      return findRegisterWay(task, base)
    case 'id':
    case 'ssm':
    case 'filter':
      return findBuildWay(task)
  }
}
