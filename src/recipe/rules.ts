import { formatDuration } from '../image/duration.ts'
import { findTemplateProblem } from '../image/name.ts'
import { findTagProblem, MAX_USER_TAGS } from '../image/tags.ts'
import type { Context } from './context.ts'
import type { Recipe } from './recipe.ts'
import { checkVolumes } from './rules-volumes.ts'

/** Notes what no single key can tell: keys that contradict each other. */
export function checkRules(context: Context, recipe: Recipe, homeRegion: string): void {
  checkName(context, recipe)
  checkWindow(context, recipe)
  checkPurpose(context, recipe)
  checkBuilderless(context, recipe)
  checkSteps(context, recipe)
  checkVolumes(context, recipe, homeRegion)
  checkCopy(context, recipe)
  checkPublish(context, recipe)
  checkTags(context, recipe)
}

function checkName(context: Context, { name, family }: Recipe): void {
  const problem = findTemplateProblem(name, family)
  if (problem) context.refuse(['name'], `name: ${problem}`)
}

function checkWindow(context: Context, { validForSeconds, rebuildBeforeSeconds }: Recipe): void {
  if (rebuildBeforeSeconds < validForSeconds) return
  const [before, valid] = [formatDuration(rebuildBeforeSeconds), formatDuration(validForSeconds)]
  context.refuse(
    ['rebuild-before'],
    `rebuild-before: expected less than valid-for (${valid}), found ${before}: every image would be due at once`
  )
}

function checkPurpose(context: Context, { purpose, base }: Recipe): void {
  const isInstance = base.kind === 'instance'
  if (purpose === 'backup' && !isInstance) {
    context.refuse(['purpose'], `purpose: expected base: { instance: … } for a backup, found base: { ${base.kind}: … }`)
  }
  if (purpose === 'image' && isInstance) {
    const why = 'it is neither provisioned nor sealed, so its identity and secrets would be in every copy'
    context.refuse(['purpose'], `purpose: an instance as it is makes a backup, no image: ${why}`)
  }
}

/** An instance is taken as it is, a snapshot is registered as it is: there is no builder. */
function checkBuilderless(context: Context, { base, volumes, provision }: Recipe): void {
  if (base.kind !== 'instance' && base.kind !== 'snapshot') return
  const kind = `base: { ${base.kind}: … }`
  if (volumes.length > 0) context.refuse(['volumes'], `volumes: expected none with ${kind}, found ${volumes.length}`)
  if (base.kind === 'snapshot' && provision.steps.length > 0) {
    const hint = 'register the image first, and build from it by id'
    context.refuse(
      ['provision', 'steps'],
      `provision.steps: expected none with ${kind}, found ${provision.steps.length}; ${hint}`
    )
  }
}

function checkSteps(context: Context, { strategy, purpose, provision }: Recipe): void {
  const asked = provision.steps.length - (provision.patch ? 1 : 0)
  const why = strategy === 'os-only' ? 'strategy os-only' : purpose === 'backup' ? 'a backup' : undefined
  if (why && asked > 0)
    context.refuse(['provision', 'steps'], `provision.steps: expected none with ${why}, found ${asked}`)
  if (purpose === 'backup' && provision.patch)
    context.refuse(['provision', 'patch'], 'provision.patch: expected none with a backup, which is taken as it is')
}

/** @see https://docs.aws.amazon.com/ebs/latest/userguide/time-based-copies.html */
function checkCopy(context: Context, { copy: { completionSeconds } }: Recipe): void {
  if (completionSeconds === undefined) return
  const minutes = completionSeconds / 60
  if (minutes >= 15 && minutes <= 48 * 60 && minutes % 15 === 0) return
  const found = formatDuration(completionSeconds)
  context.refuse(['copy', 'completion'], `copy.completion: expected 15m to 48h in steps of 15m, found ${found}`)
}

/** Rings are labels of the parameter; groups launch what the template says. */
function checkPublish(context: Context, { publish: { ssm, launchTemplate, rings, instanceRefresh } }: Recipe): void {
  if (rings.length > 0 && !ssm)
    context.refuse(['publish', 'rings'], 'publish.rings: expected publish.ssm beside it, whose versions they label')
  if (new Set(rings).size < rings.length)
    context.refuse(['publish', 'rings'], `publish.rings: expected every ring once, found ${rings.join(', ')}`)
  if (instanceRefresh.length > 0 && !launchTemplate) {
    const why = 'which the groups launch from'
    context.refuse(
      ['publish', 'instance-refresh'],
      `publish.instance-refresh: expected publish.launch-template beside it, ${why}`
    )
  }
}

function checkTags(context: Context, { tags }: Recipe): void {
  for (const [key, value] of Object.entries(tags)) {
    const problem = findTagProblem(key, value)
    if (problem) context.refuse(['tags', key], `tags.${key}: ${problem}`)
  }
  const count = Object.keys(tags).length
  if (count > MAX_USER_TAGS) context.refuse(['tags'], `tags: expected at most ${MAX_USER_TAGS}, found ${count}`)
}
