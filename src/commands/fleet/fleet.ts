import { Aws } from '../../aws/aws.ts'
import { AmiError, throwProblems } from '../../errors.ts'
import { loadRecipe } from '../../recipe/load.ts'
import type { Outcome, Run } from '../../run.ts'
import { checkRegions } from '../check-regions.ts'
import { failuresAt, sayPlace } from '../place.ts'
import { allowImages } from './allow-images.ts'
import { describePlan } from './describe-plan.ts'
import { enforce } from './enforce.ts'
import type { JudgedPlace } from './facts.ts'
import { judgePlace } from './judge-instance.ts'
import { observeFleet } from './observe-fleet.ts'
import { type FleetOrder, toFleetOrder } from './order.ts'
import { describeOutcome } from './outcome.ts'
import { planEnforcement } from './plan-enforce.ts'
import { isBad, isSpared } from './plan-instance.ts'
import type { FleetStory, Trouble } from './story.ts'

/** `verify` with `fleet`: looks at all instances, tells which do not run from an approved image, and acts as asked. */
export async function verifyFleet(run: Run): Promise<Outcome> {
  const empty = { places: [], troubles: [], plans: [], results: [], allowed: [] }
  const story: FleetStory = { run, mode: 'report', now: new Date(0), ...empty }
  try {
    await examine(Aws.open(run), story)
    return describeOutcome(story)
  } catch (error) {
    return describeOutcome(story, error)
  }
}

async function examine(aws: Aws, story: FleetStory): Promise<void> {
  const { run } = story
  const recipe = run.inputs.recipe ? loadRecipe(run) : undefined
  const order = toFleetOrder(run.inputs, recipe)
  story.mode = order.enforce.mode
  await checkRegions(aws, order.places)
  await observe(aws, order, story)
  const refused = new Set(story.troubles.map(({ place }) => place))
  const places = story.places.filter(({ place }) => !refused.has(place))
  story.plans = planEnforcement(places, { ...order.enforce, now: story.now }, order.enforce)
  await run.log.group('Plan', async () => describePlan(story).forEach(run.log.info))
  if (!run.inputs.dryRun && story.mode !== 'report') await act(aws, order, story)
  story.allowed = await allowImages(aws, recipe, story.places)
  sayAllowed(story)
  throwProblems([
    ...story.troubles.flatMap(({ errors }) => errors),
    ...story.places.flatMap(findUnknown),
    ...listFailed(story),
    ...story.allowed.flatMap(({ errors }) => errors)
  ])
}

async function observe(aws: Aws, { places, approval, enforce: { exclude, mode } }: FleetOrder, story: FleetStory) {
  const observed = await observeFleet(aws, places, approval.families, exclude)
  story.now = aws.now()
  const known = observed.flatMap(each => ('facts' in each ? [each.facts] : []))
  const unread = observed.flatMap(each => ('facts' in each ? [] : [each]))
  story.places = known.map(facts => judgePlace(facts, approval, story.now))
  const bare = mode === 'report' ? [] : story.places.filter(hasNothingApproved)
  story.troubles = [...unread, ...bare.map(refuse)]
}

/** Where nothing at all is approved, it is the list that is wrong, not the whole fleet. */
const hasNothingApproved = ({ instances, hasApproved }: JudgedPlace): boolean =>
  !hasApproved && instances.some(({ verdict }) => isBad(verdict))

function refuse({ place }: JudgedPlace): Trouble {
  const hint = 'Nothing was done there. Copy the image there, or name what is approved in `enforce.approve`.'
  const sentence = `${sayPlace(place)}: expected an approved image before anything is enforced there, found none`
  return { place, errors: [new AmiError('VERIFY', sentence, { hint })] }
}

async function act(aws: Aws, { enforce: { exclude, snapshotFirst }, tags }: FleetOrder, story: FleetStory) {
  const means = { exclude, snapshotFirst, tags }
  story.results = (await Promise.all(story.plans.map(plan => enforce(aws, plan, means)))).flat()
}

function sayAllowed({ run, allowed }: FleetStory): void {
  for (const { place, plan } of allowed) {
    for (const note of plan?.notes ?? []) run.log.info(`${sayPlace(place)}: ${note}`)
  }
}

const MAX_NAMED = 5

/** What nobody knows is never touched, and never passes. */
function findUnknown({ place, instances }: JudgedPlace): AmiError[] {
  const unknown = instances.filter(({ instance, verdict }) => verdict === 'unknown' && !isSpared(instance))
  if (unknown.length === 0) return []
  const ids = [...new Set(unknown.map(({ instance }) => instance.imageId))].sort()
  const named = `${ids.slice(0, MAX_NAMED).join(', ')}${ids.length > MAX_NAMED ? ', …' : ''}`
  const sentence = `${sayPlace(place)}: expected to know every image that instances run from, found nothing about ${named}`
  return [new AmiError('VERIFY', sentence)]
}

/** A denial is the same for each instance, and told once. */
function listFailed({ results }: FleetStory): AmiError[] {
  const failed = results.flatMap(({ place, error }) => (error === undefined ? [] : failuresAt(place, error)))
  return [...new Map(failed.map(error => [error.message, error])).values()]
}
