import type { Aws } from '../../../aws/aws.ts'
import { formatDuration } from '../../../image/duration.ts'
import type { PlaceFacts } from '../facts.ts'
import type { SunsetPlan } from '../plan/plan.ts'
import type { Leftovers } from '../plan/plan-leftovers.ts'
import { carryOut, isIdle, Kept, type Result } from './carry-out.ts'
import { clearAway } from './leftovers.ts'
import { expectedSeconds, Pacer } from './pacer.ts'

/** What has come of a plan so far. */
export interface Applied {
  readonly results: Result[]
  /** Of leftovers that could not be cleared away. */
  readonly errors: unknown[]
}

/** Carries a plan out, all places at once, at each place one image after the other. What has come of it is in `applied`. */
export async function applyPlan(home: Aws, plan: SunsetPlan, applied: Applied): Promise<void> {
  await Promise.all(plan.leftovers.map(leftovers => applyAt(home, leftovers, plan, applied)))
}

async function applyAt(home: Aws, leftovers: Leftovers, plan: SunsetPlan, applied: Applied): Promise<void> {
  const { place } = leftovers
  const aws = home.as(place.member)
  const { log, id: run } = aws.run
  const clients = aws.in(place.region)
  const due = plan.decisions.filter(decision => decision.subject.place === place && !isIdle(decision))
  const seconds = expectedSeconds(due.length)
  if (seconds > 0) log.info(`${place.place}: ${due.length} images, which takes about ${formatDuration(seconds)}`)
  const pacer = new Pacer(aws.signal)
  for (const decision of due) {
    await pacer.turn()
    const result = await carryOut({ clients, run, now: () => aws.now() }, decision)
    aws.signal.throwIfAborted()
    applied.results.push(result)
    if (result.isDone) log.info(sayDone(place, result))
    if (result.error instanceof Kept)
      log.notice(`${place.place}: ${decision.subject.image.imageId} stays: ${result.error.message}`)
  }
  try {
    await clearAway(clients, leftovers, log)
  } catch (error) {
    applied.errors.push(error)
  }
}

const DONE = { deprecate: 'Deprecated', disable: 'Disabled', deregister: 'Deregistered', keep: 'Kept' } as const

function sayDone({ place }: PlaceFacts, { decision, notes }: Result): string {
  const { imageId, name } = decision.subject.image
  return `${place}: ${DONE[decision.action]} ${imageId} (${name})${notes.map(note => `; ${note}`).join('')}`
}
