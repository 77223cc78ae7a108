import type { Aws } from '../../aws/aws.ts'
import { AmiError, Problems } from '../../errors.ts'
import { sayPlace } from '../place.ts'
import { type Handed, takeSteps, tryAllSteps } from '../steps/take-steps.ts'
import type { PlacePlan } from './plan.ts'
import type { PlaceResult } from './story.ts'

/** A place on its way. */
interface Leg {
  readonly plan: PlacePlan
  readonly name: string
  readonly region: string
  readonly handed: Handed
  error?: unknown
}

/**
 * Publishes to all places at once, phase by phase: all are prepared before the first is switched. Where one fails before
 * the end, `revert` takes all of them back to where they were; `continue` goes on with the others. Errors: none, they are
 * in the results.
 */
export async function release(
  aws: Aws,
  plans: readonly PlacePlan[],
  onFailure: 'revert' | 'continue'
): Promise<PlaceResult[]> {
  const legs: Leg[] = plans.map(plan => ({ plan, name: sayPlace(plan.place), region: plan.place.region, handed: {} }))
  for (const phase of ['prepare', 'switch'] as const) {
    await takeAll(aws, legs, phase)
    if (onFailure === 'revert' && legs.some(({ error }) => error !== undefined)) return goBack(aws, legs)
  }
  await takeAll(aws, legs, 'finish')
  return legs.map(({ plan, error }) => toResult(plan, error === undefined ? 'published' : 'failed', error))
}

async function takeAll(aws: Aws, legs: readonly Leg[], phase: 'prepare' | 'switch' | 'finish'): Promise<void> {
  const going = legs.filter(({ error }) => error === undefined)
  await Promise.all(
    going.map(async leg => {
      try {
        await takeSteps(aws.as(leg.plan.place.account), leg, leg.plan[phase])
      } catch (error) {
        leg.error = error
      }
    })
  )
}

/** Also of a run that is cancelled: it has its own span for this. */
async function goBack(aws: Aws, legs: readonly Leg[]): Promise<PlaceResult[]> {
  aws.run.log.notice('One place failed: all are switched back to what they had.')
  return Promise.all(
    legs.map(async leg => {
      const member = aws.as(leg.plan.place.account)
      const still = await tryAllSteps(aws.signal.aborted ? member.forCleanup : member, leg, leg.plan.back)
      const errors = [...(leg.error === undefined ? [] : [leg.error]), ...still.map(notSwitchedBack)]
      return toResult(leg.plan, errors.length > 0 ? 'failed' : 'switched back', joinErrors(errors))
    })
  )
}

function notSwitchedBack(cause: unknown): AmiError {
  const hint = 'Run `publish` again, or `rollback`.'
  return new AmiError(
    'EC2',
    `Expected it to be switched back, found: ${cause instanceof Error ? cause.message : cause}`,
    { hint, cause }
  )
}

/** Of several errors one that holds them all. */
function joinErrors(errors: readonly unknown[]): unknown {
  const [first, ...others] = errors
  if (others.length === 0) return first
  return new Problems(toAmiError(first), ...others.map(toAmiError))
}

const toAmiError = (error: unknown): AmiError =>
  error instanceof AmiError ? error : new AmiError('INTERNAL', String(error), { cause: error })

const toResult = (plan: PlacePlan, ending: PlaceResult['ending'], error: unknown): PlaceResult => ({
  place: plan.place,
  plan,
  ending,
  ...(error !== undefined && { error })
})
