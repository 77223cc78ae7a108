import { CreateTagsCommand } from '@aws-sdk/client-ec2'
import { Aws } from '../../aws/aws.ts'
import { AmiError, throwProblems } from '../../errors.ts'
import { toFamilyImage } from '../../image/family-image.ts'
import { TAGS, toTagList } from '../../image/tags.ts'
import { loadRecipe } from '../../recipe/load.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import type { Command, Outcome, Run } from '../../run.ts'
import { observeBuild } from '../bake/observe/observe.ts'
import { findImages, type PlacedImage } from '../find-image.ts'
import { verifyFleet } from '../fleet/fleet.ts'
import { type BootReport, medianSeconds } from './boot/boot-report.ts'
import { bootTest } from './boot/boot-test.ts'
import { type BootPlan, planBoot } from './boot/plan-boot.ts'
import { judgeImage } from './checks/checks.ts'
import type { ImageFacts, Read } from './facts.ts'
import { observeImage } from './observe.ts'
import { describeOutcome } from './outcome.ts'
import { hasPassed, type Verified, type VerifyStory } from './story.ts'

/** Examines images, boots them, and notes on each whether it is good; with `fleet`, examines what runs from them. */
export const verify: Command = {
  name: 'verify',
  describe: 'examines an image and boots it, or the fleet',
  run: run => (run.inputs.fleet ? verifyFleet(run) : verifyImages(run))
}

async function verifyImages(run: Run): Promise<Outcome> {
  const story: VerifyStory = { run, verified: [] }
  try {
    const aws = Aws.open(run)
    const recipe = run.inputs.recipe ? loadRecipe(run) : undefined
    const images = await findImages(aws, recipe)
    const regions = [...new Set(images.map(({ region }) => region))]
    const accounts = [...new Set(images.flatMap(({ account }) => account ?? []))]
    if (!run.inputs.dryRun) run.save({ version: 1, run: run.id, regions, accounts, onCancel: run.inputs.onCancel })
    story.verified = await Promise.all(images.map(image => verifyOne(aws, image, recipe)))
    throwProblems(story.verified.flatMap(errorsOf))
    return describeOutcome(story)
  } catch (error) {
    return describeOutcome(story, error)
  }
}

/** One image's failure hides no other's. */
async function verifyOne(home: Aws, placed: PlacedImage, recipe: Recipe | undefined): Promise<Verified> {
  const { place, account, region, image } = placed
  const about = { place, imageId: image.ImageId, ...(image.Name && { name: image.Name }) }
  const aws = home.as(account)
  try {
    const facts = await observeImage(aws, region, image, recipe)
    const { level } = aws.run.inputs
    const isBootable = image.State === 'available' && recipe !== undefined && recipe.verify.checks.boots !== 'off'
    const boot = isBootable ? await tryBoot(aws, facts, recipe) : undefined
    const results = judgeImage({ ...facts, ...(boot && { boot }) }, recipe, level)
    const verified = { ...about, results, ...(boot && 'value' in boot && { boot: boot.value }) }
    await note(aws, placed, verified)
    for (const { id, outcome, found = '' } of results) {
      if (outcome === 'warned') aws.run.log.warning(`${place}: ${id}: ${found}`)
    }
    return verified
  } catch (error) {
    return { ...about, results: [], error }
  }
}

/** An image that can't be booted is not good; nor is one that nobody could try. */
async function tryBoot(aws: Aws, facts: ImageFacts, recipe: Recipe): Promise<Read<BootReport> | undefined> {
  try {
    const plan = await makePlan(aws, facts, recipe)
    const { count, region, image } = plan
    aws.run.log.info(`${count === 1 ? 'One instance' : `${count} instances`} of ${image.ImageId} in ${region}`)
    return aws.run.inputs.dryRun ? undefined : { value: await bootTest(aws, plan, recipe) }
  } catch (error) {
    if (!(error instanceof AmiError) || aws.signal.aborted || error.code === 'CREDENTIALS') throw error
    return { unknown: error }
  }
}

async function makePlan(aws: Aws, { region, now, image }: ImageFacts, recipe: Recipe): Promise<BootPlan> {
  const { level, timeoutSeconds } = aws.run.inputs
  const facts = await observeBuild(aws, recipe, { region, now, bases: [image], family: [] })
  return planBoot(recipe, image, facts, { run: aws.run.id, level, timeoutSeconds })
}

/** What an image is worth stands on the image; on one that is not ours nothing does. */
async function note(aws: Aws, { region, image, isOwn }: PlacedImage, verified: Verified): Promise<void> {
  if (aws.run.inputs.dryRun || !isOwn || !toFamilyImage(image).isFinished) return
  const failed = verified.results.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id)
  const result = failed.length > 0 ? `failed ${failed.join(' ')}` : 'passed'
  const seconds = verified.boot && medianSeconds(verified.boot)
  const tags = toTagList({
    [TAGS.verified]: `${result} ${aws.now().toISOString()}`,
    ...(seconds !== undefined && { [TAGS.bootSeconds]: String(seconds) })
  })
  await aws.in(region).ec2.send(new CreateTagsCommand({ Resources: [image.ImageId], Tags: tags }))
}

function errorsOf(verified: Verified): AmiError[] {
  const { place, imageId, results, error } = verified
  if (error instanceof AmiError) return [new AmiError(error.code, `${place}: ${error.message}`, error)]
  if (error !== undefined) throw error
  if (hasPassed(verified)) return []
  return results
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ expected, found, fix, id }) => {
      const sentence = `${place}: ${imageId} does not pass \`${id}\`: expected ${expected}, found: ${found}`
      return new AmiError('VERIFY', sentence, fix === undefined ? {} : { hint: fix })
    })
}
